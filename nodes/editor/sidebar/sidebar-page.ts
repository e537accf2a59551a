import { setText } from './set-text.ts';
import type { Words } from './sidebar-view.ts';

export interface SidebarPage {
  readonly content: JQuery;
  /** The toolbar, which stays. */
  readonly header: JQuery;
  /** What scrolls below it. */
  readonly body: JQuery;
  /** What became of a button's work, if it failed. */
  readonly answer: JQuery;
  /** Why there are no new numbers; empty when there are. `isOld`: those of before are still to be seen. */
  say(why: string, isOld?: boolean): void;
}

export function sidebarPage(words: Words): SidebarPage {
  const trouble = $('<p class="email-sidebar-trouble" role="status">');
  const answer = $('<div class="email-sidebar-answer">');
  const header = $('<div class="red-ui-sidebar-header">');
  const body = $('<div class="email-sidebar-page">');
  return {
    content: $('<div class="email-sidebar">').append(header, trouble, answer, body),
    header,
    body,
    answer,
    say(why, isOld = false) {
      setText(trouble, isOld ? `${why} ${words._('email-sidebar.old')}` : why);
    },
  };
}
