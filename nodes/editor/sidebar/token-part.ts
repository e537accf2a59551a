import type { TokenOverview } from '../../lib/overview/app-overview.ts';
import { timeText } from '../time-text.ts';
import type { Part } from './part.ts';
import { openSection } from './section.ts';
import { setText } from './set-text.ts';
import type { SidebarRoom } from './sidebar-view.ts';

/** How long the sign-in lasts. */
export function tokenPart(room: SidebarRoom): Part {
  const section = openSection(room.words._('email-sidebar.section.token'));
  const account = $('<b>');
  const sentence = $('<span>');
  const line = $('<p>').append(account, ' ', sentence).appendTo(section.body);
  return {
    element: section.element,
    update({ token }) {
      section.toggle(token !== undefined);
      if (!token) return;
      line.attr('data-level', token.needsPerson ? 'bad' : '');
      setText(account, token.account);
      setText(sentence, tokenSentence(room, token));
    },
  };
}

function tokenSentence({ words }: SidebarRoom, token: TokenOverview): string {
  const { needsPerson, validUntil, nextRenewalAt } = token;
  const word = (key: string, values = {}) => words._(`email-sidebar.token.${key}`, values);
  if (needsPerson) return word('needs-person');
  return [
    validUntil && word('valid', { time: timeText(validUntil) }),
    nextRenewalAt && word('renewal', { time: timeText(nextRenewalAt) }),
  ]
    .filter(Boolean)
    .join(' ');
}
