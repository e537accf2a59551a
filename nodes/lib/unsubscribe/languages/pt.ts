import type { PageTexts } from '../page-texts.ts';

/** Words that are at home both in Portugal and in Brazil. */
export const pt: PageTexts = {
  lang: 'pt',
  dir: 'ltr',
  askTitle: 'Cancelar a inscrição',
  askAll: 'Deixar de receber todos os e‑mails de {organisation} em {address}?',
  askLists: 'Que e‑mails de {organisation} já não deseja receber em {address}?',
  allMail: 'Todos os e‑mails de {organisation}',
  allMailHint: 'Todas as listas e todos os outros e‑mails.',
  leave: 'Cancelar a inscrição',
  nothingTicked: 'Marque o que já não deseja receber.',
  pressAgain: 'Nada foi alterado ainda. Clique mais uma vez no botão.',
  doneTitle: 'Inscrição cancelada',
  doneAll: '{organisation} não enviará mais e‑mails para {address}.',
  doneLists: '{organisation} não enviará mais o seguinte para {address}:',
  mistake: 'Foi um engano?',
  undo: 'Desfazer',
  more: 'Cancelar a inscrição em mais listas',
  undoneTitle: 'Cancelamento desfeito',
  undone: '{address} receberá os e‑mails de {organisation} como antes.',
  notUndoneTitle: 'Não é possível desfazer aqui',
  notUndone:
    'Só é possível desfazer durante uma hora, e apenas o último cancelamento. Para voltar a receber e‑mails, fale com {organisation}.',
  wantAgain: 'Deseja voltar a receber estes e‑mails? Enviaremos um e‑mail de confirmação.',
  sendConfirmation: 'Enviar o e‑mail de confirmação',
  confirmationTitle: 'Verifique a sua caixa de entrada',
  confirmation:
    'Se a inscrição de {address} estiver cancelada, um e‑mail com um link de confirmação está a caminho. Enviamos no máximo um por dia.',
  mailSubject: 'Deseja voltar a receber e-mails de {organisation}?',
  mailText:
    'Alguém, esperamos que você, pediu que os e-mails de {organisation} voltem a chegar a este endereço. Para confirmar, abra esta página e clique no botão:',
  mailIgnore:
    'O link é válido durante um dia. Se o pedido não foi seu, não precisa fazer nada: a inscrição continua cancelada.',
  againTitle: 'Voltar a receber e‑mails?',
  againAll: 'Voltar a receber os e‑mails de {organisation} em {address}?',
  againLists: 'Voltar a receber estes e‑mails de {organisation} em {address}?',
  again: 'Sim, voltar a receber',
  againDoneTitle: 'Voltará a receber e‑mails',
  staleTitle: 'Este link já não é válido',
  stale: 'Um link assim é válido durante um dia, e deixa de ser se voltar a cancelar a inscrição.',
  invalidTitle: 'Este link não funciona',
  invalid:
    'Talvez falte uma parte. Copie o link completo do e‑mail ou peça ao remetente que remova o seu endereço da lista.',
  troubleTitle: 'Não funcionou',
  trouble: 'Tente de novo daqui a alguns minutos.',
  crowdedTitle: 'Pedidos em excesso',
  crowded: 'Tente de novo daqui a alguns minutos.',
};
