import type { PageTexts } from '../page-texts.ts';

export const es: PageTexts = {
  lang: 'es',
  dir: 'ltr',
  askTitle: 'Darse de baja',
  askAll: '¿Dejar de enviar todos los correos de {organisation} a {address}?',
  askLists: '¿Qué correos de {organisation} no deben llegar más a {address}?',
  allMail: 'Todos los correos de {organisation}',
  allMailHint: 'Todas las listas y todos los demás correos.',
  leave: 'Darse de baja',
  nothingTicked: 'Marque lo que ya no desea recibir.',
  pressAgain: 'Todavía no ha cambiado nada. Pulse el botón otra vez.',
  doneTitle: 'Se ha dado de baja',
  doneAll: '{organisation} no enviará más correos a {address}.',
  doneLists: '{organisation} ya no enviará esto a {address}:',
  mistake: '¿Ha sido un error?',
  undo: 'Deshacer',
  more: 'Dejar más listas',
  undoneTitle: 'Deshecho',
  undone: '{address} recibe los correos de {organisation} como antes.',
  notUndoneTitle: 'Aquí no se puede deshacer',
  notUndone:
    'Se puede deshacer durante una hora y solo lo que se acaba de dar de baja. Para volver a recibir correos, póngase en contacto con {organisation}.',
  wantAgain: '¿Desea recibir de nuevo estos correos? Le enviamos un correo de confirmación.',
  sendConfirmation: 'Enviar el correo de confirmación',
  confirmationTitle: 'Mire en su buzón',
  confirmation:
    'Si {address} está dada de baja, un correo con un enlace para confirmar está en camino. Hay como máximo uno al día.',
  mailSubject: '¿Desea recibir de nuevo correos de {organisation}?',
  mailText:
    'Alguien, esperamos que usted, ha pedido que los correos de {organisation} lleguen de nuevo a esta dirección. Para confirmarlo, abra esta página y pulse su botón:',
  mailIgnore:
    'El enlace es válido durante un día. Si no ha sido usted, no tiene que hacer nada: sigue dado de baja.',
  againTitle: '¿Recibir correos de nuevo?',
  againAll: '¿Deben llegar de nuevo los correos de {organisation} a {address}?',
  againLists: '¿Debe llegar de nuevo esto de {organisation} a {address}?',
  again: 'Sí, enviármelos de nuevo',
  againDoneTitle: 'Recibe correos de nuevo',
  staleTitle: 'Este enlace ya no es válido',
  stale: 'Es válido durante un día, y deja de serlo si se ha vuelto a dar de baja.',
  invalidTitle: 'Este enlace no funciona',
  invalid:
    'Quizá falte una parte. Copie el enlace completo del correo o pida al remitente que le dé de baja.',
  troubleTitle: 'No ha funcionado',
  trouble: 'Inténtelo de nuevo en unos minutos.',
  crowdedTitle: 'Demasiadas solicitudes',
  crowded: 'Inténtelo de nuevo en unos minutos.',
};
