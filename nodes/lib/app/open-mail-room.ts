/** From an app's parts to the room in which its received mail is read, acted on and told. */
import { ForwardingCodes } from '../inbound/forwarding-code.ts';
import { MailRoom } from '../inbound/mail-room.ts';
import { sealedVault } from '../keys/sealed-vault.ts';
import { actOnMail } from './act-on-mail.ts';
import type { AppParts } from './app-parts.ts';
import type { EventDesk } from './event-desk.ts';
import { readReceived } from './read-received.ts';

type Parts = Pick<
  AppParts,
  | 'settings'
  | 'keys'
  | 'outbox'
  | 'inbound'
  | 'kept'
  | 'deliveries'
  | 'forwardingAddress'
  | 'clock'
  | 'onTrouble'
>;

export function openMailRoom(parts: Parts, events: EventDesk): MailRoom {
  const { inbound: queue, deliveries, clock, forwardingAddress, onTrouble } = parts;
  const { route, appId, inbound } = parts.settings;
  const codes = new ForwardingCodes(sealedVault(parts.outbox, parts.keys, appId, onTrouble));
  const relay = route.kind === 'smtp' ? route.host : undefined;
  return new MailRoom({
    queue,
    clock,
    forwardingAddress,
    kept: inbound.keepDays > 0 ? parts.kept : undefined,
    codes,
    onTrouble,
    read: (mail) => readReceived(mail, parts),
    async act(message) {
      await codes.take(message);
      await actOnMail(message, { take: (notices) => events.take(notices), deliveries, relay });
    },
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
