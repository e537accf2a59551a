import type { PageTexts } from '../page-texts.ts';

export const en: PageTexts = {
  lang: 'en',
  dir: 'ltr',
  askTitle: 'Unsubscribe',
  askAll: 'Stop all mail from {organisation} to {address}?',
  askLists: 'Which mail from {organisation} should no longer come to {address}?',
  allMail: 'All mail from {organisation}',
  allMailHint: 'Every list, and every other mail.',
  leave: 'Unsubscribe',
  nothingTicked: 'Please tick what you no longer want.',
  pressAgain: 'Nothing has changed yet. Please press the button once more.',
  doneTitle: 'You are unsubscribed',
  doneAll: '{organisation} will send no more mail to {address}.',
  doneLists: '{organisation} will no longer send this to {address}:',
  mistake: 'Was that a mistake?',
  undo: 'Undo',
  more: 'Leave more lists',
  undoneTitle: 'Undone',
  undone: '{address} gets mail from {organisation} as before.',
  notUndoneTitle: 'This cannot be undone here',
  notUndone:
    'Undoing works for one hour, and only for what was just unsubscribed. To get mail again, please contact {organisation}.',
  invalidTitle: 'This link does not work',
  invalid:
    'Perhaps a part of it is missing. Please copy the whole link from the mail, or ask the sender to take you off the list.',
  troubleTitle: 'That did not work',
  trouble: 'Please try again in a few minutes.',
  crowdedTitle: 'Too many requests',
  crowded: 'Please try again in a few minutes.',
};
