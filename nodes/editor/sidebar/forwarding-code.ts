import type { AppOverview } from '../../lib/overview/app-overview.ts';
import { callAdmin } from '../call-admin.ts';
import { timeText } from '../time-text.ts';
import type { Part } from './part.ts';
import { sidebarButton } from './sidebar-button.ts';
import type { SidebarRoom } from './sidebar-view.ts';

interface ForwardingCode {
  readonly at: number;
  readonly from: string;
  readonly code?: string;
  readonly link?: string;
}

/** Gmail's question whether it may forward, once it has come; it is opened by a click, which the app writes down. */
export function forwardingCode(room: SidebarRoom): Part {
  let app: AppOverview | undefined;
  let openedOf = '';
  const place = $('<div class="email-code" role="status">');
  const button = sidebarButton(room, { icon: 'key', name: 'forwarding-code', scope: 'decrypt' }, () =>
    room.attempt(async () => {
      const id = app?.nodeId ?? '';
      const code = await callAdmin<ForwardingCode>('GET', `${id}/opened/forwarding-code`);
      openedOf = id;
      place.empty().append(codeLines(room, code));
    }),
  );
  const element = $('<div>').append($('<div class="email-sidebar-buttons">').append(button.element), place);
  return {
    element,
    update(latest) {
      app = latest;
      element.toggleClass('email-hidden', latest.inbound.forwardingCodeAt === undefined);
      if (openedOf !== latest.nodeId) place.empty();
    },
  };
}

function codeLines({ words }: SidebarRoom, { at, from, code, link }: ForwardingCode): JQuery[] {
  const lines = [$('<p>').text(words._('email-sidebar.forwarding.from', { from, time: timeText(at) }))];
  if (code) {
    const copy = $('<button type="button" class="red-ui-button red-ui-button-small">');
    copy.text(words._('email-sidebar.button.copy'));
    copy.on('click', () => RED.clipboard.copyText(code, copy, words._('email-sidebar.copied')));
    lines.push($('<p>').append($('<code>').text(code), ' ', copy));
  }
  // a stranger wrote it
  if (link?.startsWith('https://'))
    lines.push(
      $('<p>').append(
        $('<a target="_blank" rel="noopener noreferrer">')
          .attr('href', link)
          .text(words._('email-sidebar.forwarding.link', { host: new URL(link).host })),
      ),
    );
  return lines;
}
