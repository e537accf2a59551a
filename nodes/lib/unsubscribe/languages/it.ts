import type { PageTexts } from '../page-texts.ts';

export const it: PageTexts = {
  lang: 'it',
  dir: 'ltr',
  askTitle: 'Annulla l’iscrizione',
  askAll: 'Non ricevere più alcuna e‑mail da {organisation} all’indirizzo {address}?',
  askLists: 'Quali e‑mail di {organisation} non desidera più ricevere all’indirizzo {address}?',
  allMail: 'Tutte le e‑mail di {organisation}',
  allMailHint: 'Tutte le liste e ogni altra e‑mail.',
  leave: 'Annulla l’iscrizione',
  nothingTicked: 'Selezioni ciò che non desidera più ricevere.',
  pressAgain: 'Non è ancora cambiato nulla. Prema di nuovo il pulsante.',
  doneTitle: 'Iscrizione annullata',
  doneAll: '{organisation} non invierà più e‑mail a {address}.',
  doneLists: '{organisation} non invierà più quanto segue a {address}:',
  mistake: 'È stato un errore?',
  undo: 'Ripristina l’iscrizione',
  more: 'Annulla l’iscrizione ad altre liste',
  undoneTitle: 'Iscrizione ripristinata',
  undone: '{address} riceverà le e‑mail di {organisation} come prima.',
  notUndoneTitle: 'Qui non è possibile ripristinare l’iscrizione',
  notUndone:
    'È possibile solo entro un’ora e solo per l’ultimo annullamento. Per ricevere di nuovo le e‑mail, contatti {organisation}.',
  wantAgain: 'Desidera ricevere di nuovo queste e‑mail? Le invieremo un’e‑mail di conferma.',
  sendConfirmation: 'Invia l’e‑mail di conferma',
  confirmationTitle: 'Controlli la sua casella di posta',
  confirmation:
    'Se l’iscrizione di {address} è stata annullata, è in arrivo un’e‑mail con un link di conferma. Ne inviamo al massimo una al giorno.',
  mailSubject: 'Desidera ricevere di nuovo le e-mail di {organisation}?',
  mailText:
    'Qualcuno, speriamo lei, ha chiesto che le e-mail di {organisation} arrivino di nuovo a questo indirizzo. Per confermare, apra questa pagina e prema il pulsante:',
  mailIgnore:
    'Il link vale un giorno. Se la richiesta non è sua, non deve fare nulla: l’iscrizione resta annullata.',
  againTitle: 'Ricevere di nuovo le e‑mail?',
  againAll: 'Ricevere di nuovo le e‑mail di {organisation} all’indirizzo {address}?',
  againLists: 'Ricevere di nuovo queste e‑mail di {organisation} all’indirizzo {address}?',
  again: 'Sì, desidero riceverle di nuovo',
  againDoneTitle: 'Riceverà di nuovo le e‑mail',
  staleTitle: 'Questo link non è più valido',
  stale: 'Un link di questo tipo vale un giorno, e non più dopo un nuovo annullamento dell’iscrizione.',
  invalidTitle: 'Questo link non funziona',
  invalid:
    'Forse ne manca una parte. Copi il link intero dall’e‑mail, oppure chieda al mittente di rimuoverla dalla lista.',
  troubleTitle: 'Non ha funzionato',
  trouble: 'Riprovi tra qualche minuto.',
  crowdedTitle: 'Troppe richieste',
  crowded: 'Riprovi tra qualche minuto.',
};
