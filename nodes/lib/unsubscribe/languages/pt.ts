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
  wantAgain: 'Deseja receber de novo estes e-mails? Enviamos-lhe um e-mail de confirmação.',
  sendConfirmation: 'Enviar o e-mail de confirmação',
  confirmationTitle: 'Consulte a sua caixa de correio',
  confirmation:
    'Se {address} tiver a subscrição cancelada, um e-mail com uma ligação de confirmação está a caminho. Há no máximo um por dia.',
  mailSubject: 'Deseja receber de novo e-mails de {organisation}?',
  mailText:
    'Alguém, esperamos que o próprio, pediu que os e-mails de {organisation} voltem a chegar a este endereço. Para confirmar, abra esta página e prima o botão:',
  mailIgnore:
    'A ligação é válida durante um dia. Se não foi o próprio, não precisa de fazer nada: a subscrição continua cancelada.',
  againTitle: 'Voltar a receber e-mails?',
  againAll: 'Os e-mails de {organisation} devem voltar a chegar a {address}?',
  againLists: 'Isto de {organisation} deve voltar a chegar a {address}?',
  again: 'Sim, enviar de novo',
  againDoneTitle: 'Volta a receber e-mails',
  staleTitle: 'Esta ligação já não é válida',
  stale: 'É válida durante um dia, e deixa de o ser se voltar a cancelar a subscrição.',
  invalidTitle: 'Esta ligação não funciona',
  invalid:
    'Talvez falte uma parte. Copie a ligação completa do e-mail ou peça ao remetente que o retire da lista.',
  troubleTitle: 'Não funcionou',
  trouble: 'Tente de novo dentro de alguns minutos.',
  crowdedTitle: 'Demasiados pedidos',
  crowded: 'Tente de novo dentro de alguns minutos.',
};
