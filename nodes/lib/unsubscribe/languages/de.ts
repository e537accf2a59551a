import type { PageTexts } from '../page-texts.ts';

export const de: PageTexts = {
  lang: 'de',
  dir: 'ltr',
  askTitle: 'Abmelden',
  askAll: 'Soll {organisation} keine E‑Mails mehr an {address} senden?',
  askLists: 'Welche E‑Mails von {organisation} möchten Sie an {address} nicht mehr erhalten?',
  allMail: 'Alle E‑Mails von {organisation}',
  allMailHint: 'Alle Listen und auch alle anderen E‑Mails.',
  leave: 'Abmelden',
  nothingTicked: 'Bitte kreuzen Sie an, was Sie nicht mehr erhalten möchten.',
  pressAgain: 'Es wurde noch nichts geändert. Bitte drücken Sie den Knopf noch einmal.',
  doneTitle: 'Sie sind abgemeldet',
  doneAll: '{organisation} sendet keine E‑Mails mehr an {address}.',
  doneLists: '{organisation} sendet Folgendes nicht mehr an {address}:',
  mistake: 'War das ein Versehen?',
  undo: 'Rückgängig machen',
  more: 'Von weiteren Listen abmelden',
  undoneTitle: 'Rückgängig gemacht',
  undone: '{address} erhält wie bisher E‑Mails von {organisation}.',
  notUndoneTitle: 'Das lässt sich hier nicht rückgängig machen',
  notUndone:
    'Das geht nur eine Stunde lang und nur für die letzte Abmeldung. Wenn Sie wieder E‑Mails möchten, wenden Sie sich bitte an {organisation}.',
  wantAgain: 'Möchten Sie diese E‑Mails wieder erhalten? Wir senden Ihnen eine Bestätigungsmail.',
  sendConfirmation: 'Bestätigungsmail senden',
  confirmationTitle: 'Bitte sehen Sie in Ihrem Postfach nach',
  confirmation:
    'Falls {address} abgemeldet ist, ist eine E‑Mail mit einem Bestätigungslink unterwegs. Wir senden höchstens eine am Tag.',
  mailSubject: 'Möchten Sie wieder E-Mails von {organisation}?',
  mailText:
    'Jemand, hoffentlich Sie selbst, möchte an diese Adresse wieder E-Mails von {organisation} erhalten. Zum Bestätigen öffnen Sie bitte diese Seite und drücken dort den Knopf:',
  mailIgnore:
    'Der Link gilt einen Tag lang. Wenn Sie das nicht waren, müssen Sie nichts tun: Sie bleiben abgemeldet.',
  againTitle: 'Wieder E‑Mails erhalten?',
  againAll: 'Soll {organisation} wieder E‑Mails an {address} senden?',
  againLists: 'Soll {organisation} Folgendes wieder an {address} senden?',
  again: 'Ja, bitte wieder senden',
  againDoneTitle: 'Sie erhalten wieder E‑Mails',
  staleTitle: 'Dieser Link gilt nicht mehr',
  stale: 'Ein solcher Link gilt einen Tag lang und nicht mehr, sobald Sie sich erneut abgemeldet haben.',
  invalidTitle: 'Dieser Link funktioniert nicht',
  invalid:
    'Vielleicht fehlt ein Teil davon. Bitte kopieren Sie den ganzen Link aus der E‑Mail, oder bitten Sie den Absender, Sie auszutragen.',
  troubleTitle: 'Das hat leider nicht geklappt',
  trouble: 'Bitte versuchen Sie es in einigen Minuten noch einmal.',
  crowdedTitle: 'Zu viele Anfragen',
  crowded: 'Bitte versuchen Sie es in einigen Minuten noch einmal.',
};
