/** From an app's parts to the room in which its received mail is read, acted on and told. */
import { MailRoom } from '../inbound/mail-room.ts';
import { actOnMail } from './act-on-mail.ts';
import type { AppParts } from './app-parts.ts';
import type { EventDesk } from './event-desk.ts';
import { readReceived } from './read-received.ts';

type Parts = Pick<
  AppParts,
  'settings' | 'keys' | 'inbound' | 'deliveries' | 'forwardingAddress' | 'clock' | 'onTrouble'
>;

export function openMailRoom(parts: Parts, events: EventDesk): MailRoom {
  const { inbound: queue, deliveries, clock, forwardingAddress, onTrouble } = parts;
  const { route } = parts.settings;
  const relay = route.kind === 'smtp' ? route.host : undefined;
  return new MailRoom({
    queue,
    clock,
    forwardingAddress,
    onTrouble,
    read: (mail) => readReceived(mail, parts),
    act: (message) => actOnMail(message, { take: (notices) => events.take(notices), deliveries, relay }),
    onSetAside({ id, facts }, why) {
      const detail = { id, reason: why.message };
      events.tell({
        type: 'inbound.received',
        at: clock.now(),
        code: 'mail-set-aside',
        provider: facts.source,
        detail,
      });
    },
  });
}
