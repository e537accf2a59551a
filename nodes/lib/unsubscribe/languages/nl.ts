import type { PageTexts } from '../page-texts.ts';

export const nl: PageTexts = {
  lang: 'nl',
  dir: 'ltr',
  askTitle: 'Afmelden',
  askAll: 'Alle mail van {organisation} aan {address} stoppen?',
  askLists: 'Welke mail van {organisation} moet niet meer naar {address} komen?',
  allMail: 'Alle mail van {organisation}',
  allMailHint: 'Elke lijst en ook alle andere mail.',
  leave: 'Afmelden',
  nothingTicked: 'Vink aan wat u niet meer wilt ontvangen.',
  pressAgain: 'Er is nog niets gewijzigd. Druk nog een keer op de knop.',
  doneTitle: 'U bent afgemeld',
  doneAll: '{organisation} stuurt geen mail meer naar {address}.',
  doneLists: '{organisation} stuurt dit niet meer naar {address}:',
  mistake: 'Was dat een vergissing?',
  undo: 'Ongedaan maken',
  more: 'Meer lijsten verlaten',
  undoneTitle: 'Ongedaan gemaakt',
  undone: '{address} ontvangt mail van {organisation} zoals voorheen.',
  notUndoneTitle: 'Dit kan hier niet ongedaan worden gemaakt',
  notUndone:
    'Ongedaan maken kan een uur lang, en alleen voor wat zojuist is afgemeld. Wilt u weer mail ontvangen, neem dan contact op met {organisation}.',
  invalidTitle: 'Deze link werkt niet',
  invalid:
    'Misschien ontbreekt er een deel. Kopieer de hele link uit de mail, of vraag de afzender om u van de lijst te halen.',
  troubleTitle: 'Dat is niet gelukt',
  trouble: 'Probeer het over een paar minuten opnieuw.',
  crowdedTitle: 'Te veel aanvragen',
  crowded: 'Probeer het over een paar minuten opnieuw.',
};
