import type { PageTexts } from '../page-texts.ts';

export const pt: PageTexts = {
  lang: 'pt',
  dir: 'ltr',
  askTitle: 'Cancelar a subscrição',
  askAll: 'Parar todos os e-mails de {organisation} para {address}?',
  askLists: 'Que e-mails de {organisation} não devem chegar mais a {address}?',
  allMail: 'Todos os e-mails de {organisation}',
  allMailHint: 'Todas as listas e todos os outros e-mails.',
  leave: 'Cancelar a subscrição',
  nothingTicked: 'Assinale o que já não deseja receber.',
  pressAgain: 'Ainda nada foi alterado. Prima o botão mais uma vez.',
  doneTitle: 'Subscrição cancelada',
  doneAll: '{organisation} não enviará mais e-mails para {address}.',
  doneLists: '{organisation} deixará de enviar isto para {address}:',
  mistake: 'Foi um engano?',
  undo: 'Anular',
  more: 'Sair de mais listas',
  undoneTitle: 'Anulado',
  undone: '{address} recebe os e-mails de {organisation} como antes.',
  notUndoneTitle: 'Não é possível anular aqui',
  notUndone:
    'Pode anular durante uma hora, e apenas o que acabou de cancelar. Para voltar a receber e-mails, contacte {organisation}.',
  invalidTitle: 'Esta ligação não funciona',
  invalid:
    'Talvez falte uma parte. Copie a ligação completa do e-mail ou peça ao remetente que o retire da lista.',
  troubleTitle: 'Não funcionou',
  trouble: 'Tente de novo dentro de alguns minutos.',
  crowdedTitle: 'Demasiados pedidos',
  crowded: 'Tente de novo dentro de alguns minutos.',
};
