import type { PageTexts } from '../page-texts.ts';

export const es: PageTexts = {
  lang: 'es',
  dir: 'ltr',
  askTitle: 'Darse de baja',
  askAll: '¿Dejar de recibir todos los correos de {organisation} en {address}?',
  askLists: '¿Qué correos de {organisation} ya no desea recibir en {address}?',
  allMail: 'Todos los correos de {organisation}',
  allMailHint: 'Todas las listas y todos los demás correos.',
  leave: 'Darse de baja',
  nothingTicked: 'Marque lo que ya no desea recibir.',
  pressAgain: 'Todavía no ha cambiado nada. Pulse el botón otra vez.',
  doneTitle: 'Se ha dado de baja',
  doneAll: '{organisation} no enviará más correos a {address}.',
  doneLists: '{organisation} ya no enviará lo siguiente a {address}:',
  mistake: '¿Ha sido un error?',
  undo: 'Anular la baja',
  more: 'Darse de baja de más listas',
  undoneTitle: 'Baja anulada',
  undone: '{address} recibirá los correos de {organisation} como antes.',
  notUndoneTitle: 'Aquí no se puede anular la baja',
  notUndone:
    'Solo se puede anular durante una hora, y solo la última baja. Para volver a recibir correos, póngase en contacto con {organisation}.',
  wantAgain: '¿Desea volver a recibir estos correos? Le enviaremos un correo de confirmación.',
  sendConfirmation: 'Enviar el correo de confirmación',
  confirmationTitle: 'Revise su buzón',
  confirmation:
    'Si la dirección {address} está dada de baja, recibirá un correo con un enlace de confirmación. Enviamos como máximo uno al día.',
  mailSubject: '¿Desea volver a recibir correos de {organisation}?',
  mailText:
    'Alguien, esperamos que usted, ha pedido que los correos de {organisation} vuelvan a llegar a esta dirección. Para confirmarlo, abra esta página y pulse su botón:',
  mailIgnore:
    'El enlace es válido durante un día. Si la solicitud no es suya, no tiene que hacer nada: la baja se mantiene.',
  againTitle: '¿Volver a recibir correos?',
  againAll: '¿Volver a recibir los correos de {organisation} en {address}?',
  againLists: '¿Volver a recibir estos correos de {organisation} en {address}?',
  again: 'Sí, volver a recibirlos',
  againDoneTitle: 'Volverá a recibir correos',
  staleTitle: 'Este enlace ya no es válido',
  stale: 'Un enlace así es válido durante un día, y deja de serlo si vuelve a darse de baja.',
  invalidTitle: 'Este enlace no funciona',
  invalid:
    'Quizá falte una parte. Copie el enlace completo del correo o pida al remitente que le dé de baja.',
  troubleTitle: 'No ha funcionado',
  trouble: 'Inténtelo de nuevo en unos minutos.',
  crowdedTitle: 'Demasiadas solicitudes',
  crowded: 'Inténtelo de nuevo en unos minutos.',
};
