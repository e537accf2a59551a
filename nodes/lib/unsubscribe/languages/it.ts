import type { PageTexts } from '../page-texts.ts';

export const it: PageTexts = {
  lang: 'it',
  dir: 'ltr',
  askTitle: 'Annulla l’iscrizione',
  askAll: 'Interrompere tutte le e-mail di {organisation} a {address}?',
  askLists: 'Quali e-mail di {organisation} non devono più arrivare a {address}?',
  allMail: 'Tutte le e-mail di {organisation}',
  allMailHint: 'Tutte le liste e ogni altra e-mail.',
  leave: 'Annulla l’iscrizione',
  nothingTicked: 'Selezioni ciò che non desidera più ricevere.',
  pressAgain: 'Non è ancora cambiato nulla. Prema di nuovo il pulsante.',
  doneTitle: 'Iscrizione annullata',
  doneAll: '{organisation} non invierà più e-mail a {address}.',
  doneLists: '{organisation} non invierà più questo a {address}:',
  mistake: 'È stato un errore?',
  undo: 'Ripristina',
  more: 'Lascia altre liste',
  undoneTitle: 'Ripristinato',
  undone: '{address} riceve le e-mail di {organisation} come prima.',
  notUndoneTitle: 'Qui non è possibile ripristinare',
  notUndone:
    'Si può ripristinare entro un’ora e solo ciò che è stato appena annullato. Per ricevere di nuovo e-mail, contatti {organisation}.',
  invalidTitle: 'Questo link non funziona',
  invalid:
    'Forse ne manca una parte. Copi il link intero dall’e-mail, oppure chieda al mittente di rimuoverla dalla lista.',
  troubleTitle: 'Non ha funzionato',
  trouble: 'Riprovi tra qualche minuto.',
  crowdedTitle: 'Troppe richieste',
  crowded: 'Riprovi tra qualche minuto.',
};
