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
  wantAgain: 'Desidera di nuovo queste e-mail? Le inviamo un’e-mail di conferma.',
  sendConfirmation: 'Invia l’e-mail di conferma',
  confirmationTitle: 'Controlli la sua casella',
  confirmation:
    'Se {address} non è più iscritto, un’e-mail con un link di conferma è in arrivo. Ne inviamo al massimo una al giorno.',
  mailSubject: 'Desidera di nuovo le e-mail di {organisation}?',
  mailText:
    'Qualcuno, speriamo lei, ha chiesto che le e-mail di {organisation} arrivino di nuovo a questo indirizzo. Per confermare, apra questa pagina e prema il pulsante:',
  mailIgnore:
    'Il link vale un giorno. Se non è stato lei, non deve fare nulla: l’iscrizione resta annullata.',
  againTitle: 'Ricevere di nuovo e-mail?',
  againAll: 'Le e-mail di {organisation} devono arrivare di nuovo a {address}?',
  againLists: 'Questo da {organisation} deve arrivare di nuovo a {address}?',
  again: 'Sì, inviatemele di nuovo',
  againDoneTitle: 'Riceve di nuovo e-mail',
  staleTitle: 'Questo link non è più valido',
  stale: 'Vale un giorno, e non più dopo un nuovo annullamento dell’iscrizione.',
  invalidTitle: 'Questo link non funziona',
  invalid:
    'Forse ne manca una parte. Copi il link intero dall’e-mail, oppure chieda al mittente di rimuoverla dalla lista.',
  troubleTitle: 'Non ha funzionato',
  trouble: 'Riprovi tra qualche minuto.',
  crowdedTitle: 'Troppe richieste',
  crowded: 'Riprovi tra qualche minuto.',
};
