import type { PageTexts } from '../page-texts.ts';

export const fr: PageTexts = {
  lang: 'fr',
  dir: 'ltr',
  askTitle: 'Se désabonner',
  askAll: 'Ne plus recevoir aucun e‑mail de {organisation} à l’adresse {address}\u00a0?',
  askLists: 'Quels e‑mails de {organisation} ne souhaitez-vous plus recevoir à l’adresse {address}\u00a0?',
  allMail: 'Tous les e‑mails de {organisation}',
  allMailHint: 'Toutes les listes et tous les autres e‑mails.',
  leave: 'Se désabonner',
  nothingTicked: 'Veuillez cocher ce que vous ne souhaitez plus recevoir.',
  pressAgain: 'Rien n’a encore été modifié. Veuillez appuyer une nouvelle fois sur le bouton.',
  doneTitle: 'Votre désabonnement est enregistré',
  doneAll: '{organisation} n’enverra plus d’e‑mails à {address}.',
  doneLists: '{organisation} n’enverra plus les messages suivants à {address}\u00a0:',
  mistake: 'C’était une erreur\u00a0?',
  undo: 'Annuler',
  more: 'Se désabonner d’autres listes',
  undoneTitle: 'Désabonnement annulé',
  undone: '{address} recevra les e‑mails de {organisation} comme avant.',
  notUndoneTitle: 'Impossible d’annuler ici',
  notUndone:
    'L’annulation n’est possible que pendant une heure, et seulement pour le dernier désabonnement. Pour recevoir à nouveau des e‑mails, veuillez contacter {organisation}.',
  wantAgain:
    'Vous souhaitez recevoir à nouveau ces e‑mails\u00a0? Nous vous enverrons un e‑mail de confirmation.',
  sendConfirmation: 'Envoyer l’e‑mail de confirmation',
  confirmationTitle: 'Veuillez consulter votre messagerie',
  confirmation:
    'Si l’adresse {address} est désabonnée, un e‑mail contenant un lien de confirmation est en route. Nous en envoyons un par jour au maximum.',
  mailSubject: 'Souhaitez-vous recevoir à nouveau les e-mails de {organisation}\u00a0?',
  mailText:
    'Quelqu’un, vous sans doute, a demandé que les e-mails de {organisation} arrivent à nouveau à cette adresse. Pour confirmer, ouvrez cette page et appuyez sur son bouton\u00a0:',
  mailIgnore:
    'Le lien est valable un jour. Si cette demande ne vient pas de vous, il n’y a rien à faire\u00a0: votre désabonnement est maintenu.',
  againTitle: 'Recevoir à nouveau des e‑mails\u00a0?',
  againAll: 'Recevoir à nouveau les e‑mails de {organisation} à l’adresse {address}\u00a0?',
  againLists: 'Recevoir à nouveau ces e‑mails de {organisation} à l’adresse {address}\u00a0?',
  again: 'Oui, les recevoir à nouveau',
  againDoneTitle: 'Vous recevrez à nouveau des e‑mails',
  staleTitle: 'Ce lien n’est plus valable',
  stale: 'Un tel lien est valable un jour, et ne l’est plus après un nouveau désabonnement.',
  invalidTitle: 'Ce lien ne fonctionne pas',
  invalid:
    'Il en manque peut-être une partie. Veuillez copier le lien entier depuis l’e‑mail, ou demander à l’expéditeur de vous retirer de la liste.',
  troubleTitle: 'Cela n’a pas fonctionné',
  trouble: 'Veuillez réessayer dans quelques minutes.',
  crowdedTitle: 'Trop de demandes',
  crowded: 'Veuillez réessayer dans quelques minutes.',
};
