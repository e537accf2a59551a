import type { PageTexts } from '../page-texts.ts';

export const fr: PageTexts = {
  lang: 'fr',
  dir: 'ltr',
  askTitle: 'Se désabonner',
  askAll: 'Arrêter tous les e-mails de {organisation} à {address} ?',
  askLists: 'Quels e-mails de {organisation} ne doivent plus arriver à {address} ?',
  allMail: 'Tous les e-mails de {organisation}',
  allMailHint: 'Toutes les listes et tous les autres e-mails.',
  leave: 'Se désabonner',
  nothingTicked: 'Veuillez cocher ce que vous ne souhaitez plus recevoir.',
  pressAgain: 'Rien n’a encore changé. Veuillez appuyer une nouvelle fois sur le bouton.',
  doneTitle: 'Vous êtes désabonné(e)',
  doneAll: '{organisation} n’enverra plus d’e-mails à {address}.',
  doneLists: '{organisation} n’enverra plus ceci à {address} :',
  mistake: 'Était-ce une erreur ?',
  undo: 'Annuler',
  more: 'Quitter d’autres listes',
  undoneTitle: 'C’est annulé',
  undone: '{address} reçoit les e-mails de {organisation} comme avant.',
  notUndoneTitle: 'Impossible d’annuler ici',
  notUndone:
    'L’annulation est possible pendant une heure, et seulement pour le désabonnement qui vient d’être fait. Pour recevoir de nouveau des e-mails, veuillez contacter {organisation}.',
  wantAgain: 'Vous souhaitez à nouveau ces e-mails ? Nous vous envoyons un e-mail de confirmation.',
  sendConfirmation: 'Envoyer l’e-mail de confirmation',
  confirmationTitle: 'Consultez votre messagerie',
  confirmation:
    'Si {address} est désabonnée, un e-mail avec un lien de confirmation est en route. Il y en a un par jour au plus.',
  mailSubject: 'Souhaitez-vous à nouveau les e-mails de {organisation} ?',
  mailText:
    'Quelqu’un, vous sans doute, a demandé que les e-mails de {organisation} arrivent à nouveau à cette adresse. Pour confirmer, ouvrez cette page et appuyez sur son bouton :',
  mailIgnore:
    'Le lien est valable un jour. Si ce n’était pas vous, il n’y a rien à faire : vous restez désabonné(e).',
  againTitle: 'Recevoir à nouveau des e-mails ?',
  againAll: 'Les e-mails de {organisation} doivent-ils à nouveau arriver à {address} ?',
  againLists: 'Ceci de {organisation} doit-il à nouveau arriver à {address} ?',
  again: 'Oui, m’en envoyer à nouveau',
  againDoneTitle: 'Vous recevez à nouveau des e-mails',
  staleTitle: 'Ce lien n’est plus valable',
  stale: 'Il est valable un jour, et ne l’est plus si vous vous êtes désabonné(e) entre-temps.',
  invalidTitle: 'Ce lien ne fonctionne pas',
  invalid:
    'Il en manque peut-être une partie. Veuillez copier le lien entier depuis l’e-mail, ou demander à l’expéditeur de vous retirer de la liste.',
  troubleTitle: 'Cela n’a pas fonctionné',
  trouble: 'Veuillez réessayer dans quelques minutes.',
  crowdedTitle: 'Trop de demandes',
  crowded: 'Veuillez réessayer dans quelques minutes.',
};
