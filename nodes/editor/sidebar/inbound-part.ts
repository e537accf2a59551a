import type { InboundOverview } from '../../lib/overview/app-overview.ts';
import { callAdmin } from '../call-admin.ts';
import { forwardingCode } from './forwarding-code.ts';
import type { Part } from './part.ts';
import { openSection } from './section.ts';
import { setText } from './set-text.ts';
import { sureButton } from './sidebar-button.ts';
import type { SidebarRoom } from './sidebar-view.ts';

/** What was received and waits, and the code with which Gmail asks whether it may forward. */
export function inboundPart(room: SidebarRoom): Part {
  const section = openSection(room.words._('email-sidebar.section.inbound'));
  const sentence = $('<p>');
  const address = $('<p class="email-address">');
  const code = forwardingCode(room);
  let nodeId = '';
  const retry = sureButton(room, { icon: 'repeat', name: 'retry-aside', scope: 'write' }, () =>
    room.attempt(() => callAdmin('POST', `${nodeId}/inbound/retry`)),
  );
  section.body.append(
    sentence,
    address,
    $('<div class="email-sidebar-buttons">').append(retry),
    code.element,
  );
  return {
    element: section.element,
    update(app) {
      nodeId = app.nodeId;
      const { inbound } = app;
      setText(sentence, inboundSentence(room, inbound));
      setText(address, inbound.forwardingAddress ?? '');
      retry.toggleClass('email-hidden', inbound.setAside === 0);
      code.update(app);
    },
  };
}

function inboundSentence({ words }: SidebarRoom, { waiting, setAside }: InboundOverview): string {
  const word = (key: string, count: number) =>
    words._(`email-sidebar.inbound.${key}`, { count: count.toLocaleString() });
  const parts = [waiting > 0 && word('waiting', waiting), setAside > 0 && word('set-aside', setAside)];
  return parts.filter(Boolean).join(' ') || words._('email-sidebar.inbound.calm');
}
