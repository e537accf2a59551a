import type { PageTexts } from '../page-texts.ts';

export const de: PageTexts = {
  lang: 'de',
  dir: 'ltr',
  askTitle: 'Abmelden',
  askAll: 'Soll {organisation} keine Mails mehr an {address} senden?',
  askLists: 'Welche Mails von {organisation} sollen nicht mehr an {address} gehen?',
  allMail: 'Alle Mails von {organisation}',
  allMailHint: 'Alle Listen und auch alle anderen Mails.',
  leave: 'Abmelden',
  nothingTicked: 'Bitte ankreuzen, was nicht mehr kommen soll.',
  pressAgain: 'Es ist noch nichts geändert. Bitte den Knopf noch einmal drücken.',
  doneTitle: 'Sie sind abgemeldet',
  doneAll: '{organisation} sendet keine Mails mehr an {address}.',
  doneLists: '{organisation} sendet dies nicht mehr an {address}:',
  mistake: 'War das ein Versehen?',
  undo: 'Rückgängig machen',
  more: 'Weitere Listen abbestellen',
  undoneTitle: 'Rückgängig gemacht',
  undone: '{address} erhält wie bisher Mails von {organisation}.',
  notUndoneTitle: 'Das lässt sich hier nicht rückgängig machen',
  notUndone:
    'Rückgängig machen geht eine Stunde lang und nur für das, was gerade abbestellt wurde. Wenn Sie wieder Mails möchten, wenden Sie sich bitte an {organisation}.',
  wantAgain: 'Möchten Sie diese Mails wieder? Wir senden Ihnen eine Bestätigungsmail.',
  sendConfirmation: 'Bestätigungsmail senden',
  confirmationTitle: 'Bitte sehen Sie in Ihr Postfach',
  confirmation:
    'Falls {address} abgemeldet ist, ist eine Mail mit einem Link zum Bestätigen unterwegs. Es gibt höchstens eine am Tag.',
  mailSubject: 'Möchten Sie wieder Mails von {organisation}?',
  mailText:
    'Jemand, hoffentlich Sie selbst, möchte, dass an diese Adresse wieder Mails von {organisation} kommen. Zum Bestätigen öffnen Sie bitte diese Seite und drücken ihren Knopf:',
  mailIgnore:
    'Der Link gilt einen Tag lang. Wenn Sie es nicht waren, müssen Sie nichts tun: Sie bleiben abgemeldet.',
  againTitle: 'Wieder Mails erhalten?',
  againAll: 'Sollen wieder Mails von {organisation} an {address} kommen?',
  againLists: 'Soll dies von {organisation} wieder an {address} kommen?',
  again: 'Ja, bitte wieder senden',
  againDoneTitle: 'Sie erhalten wieder Mails',
  staleTitle: 'Dieser Link gilt nicht mehr',
  stale: 'Er gilt einen Tag lang und nicht mehr, sobald Sie sich erneut abgemeldet haben.',
  invalidTitle: 'Dieser Link funktioniert nicht',
  invalid:
    'Vielleicht fehlt ein Teil davon. Bitte kopieren Sie den ganzen Link aus der Mail, oder bitten Sie den Absender, Sie auszutragen.',
  troubleTitle: 'Das hat nicht geklappt',
  trouble: 'Bitte versuchen Sie es in einigen Minuten noch einmal.',
  crowdedTitle: 'Zu viele Anfragen',
  crowded: 'Bitte versuchen Sie es in einigen Minuten noch einmal.',
};
