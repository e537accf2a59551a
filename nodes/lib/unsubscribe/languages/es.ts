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
  invalidTitle: 'Este enlace no funciona',
  invalid:
    'Quizá falte una parte. Copie el enlace completo del correo o pida al remitente que le dé de baja.',
  troubleTitle: 'No ha funcionado',
  trouble: 'Inténtelo de nuevo en unos minutos.',
  crowdedTitle: 'Demasiadas solicitudes',
  crowded: 'Inténtelo de nuevo en unos minutos.',
};
