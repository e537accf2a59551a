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
  invalidTitle: 'Dieser Link funktioniert nicht',
  invalid:
    'Vielleicht fehlt ein Teil davon. Bitte kopieren Sie den ganzen Link aus der Mail, oder bitten Sie den Absender, Sie auszutragen.',
  troubleTitle: 'Das hat nicht geklappt',
  trouble: 'Bitte versuchen Sie es in einigen Minuten noch einmal.',
  crowdedTitle: 'Zu viele Anfragen',
  crowded: 'Bitte versuchen Sie es in einigen Minuten noch einmal.',
};
