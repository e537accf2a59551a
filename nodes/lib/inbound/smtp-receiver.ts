/**
 * The SMTP receivers of all apps of one process: those with the same address and port share a listener, and the
 * recipient tells whose mail it is.
 */
import { domainToASCII } from 'node:url';
import type { Clock } from '../kernel/clock.ts';
import { EmailError } from '../kernel/errors.ts';
import type { ReceiverSettings } from '../settings/inbound-settings.ts';
import type { InboundQueue } from './inbound-queue.ts';
import type { Source } from './mail-listener.ts';
import { openSmtpListener, type SmtpListener, type SmtpTaker } from './smtp-listener.ts';
import { usualLimits } from './smtp-sessions.ts';

export interface ReceivingApp {
  readonly appId: string;
  /** Made by the app itself. */
  readonly forwardingAddress: string;
  readonly queue: Pick<InboundQueue, 'accept'>;
  /** Bytes of a mail at most. */
  readonly maxMailBytes: number;
  readonly clock: Clock;
  readonly onTrouble: (error: EmailError) => void;
}

export interface SmtpReceivers {
  /**
   * Resolves when it listens. Throws EmailError `bad-settings`: the port cannot be used, another app has one of the
   * addresses or listens there with another certificate; `missing-package`.
   */
  open(settings: ReceiverSettings, app: ReceivingApp): Promise<Source & { readonly port: number }>;
}

/** What an app is known by at a listener. */
interface Door extends SmtpTaker {
  readonly appId: string;
  readonly addresses: readonly string[];
  readonly maxMailBytes: number;
}

interface Shared {
  readonly opened: Promise<SmtpListener>;
  readonly certificate: string | undefined;
  readonly doors: Set<Door>;
}

export function smtpReceivers(
  limits = usualLimits,
  load?: Parameters<typeof openSmtpListener>[1]['load'],
): SmtpReceivers {
  const listeners = new Map<string, Shared>();
  /** Until the last one on an address is closed, the next cannot be opened. */
  const closing = new Map<string, Promise<void>>();

  function join(place: string, settings: ReceiverSettings, door: Door, clock: Clock): Shared {
    const present = listeners.get(place);
    if (present) requireFit(present, settings, door);
    const doors = present?.doors ?? new Set<Door>();
    const find = (address: string) => findDoor(doors, address);
    const open = () => openSmtpListener(settings, { clock, limits, find, load });
    const opened = present?.opened ?? (closing.get(place) ?? Promise.resolve()).then(open);
    const shared: Shared = present ?? { opened, doors, certificate: settings.tls?.cert };
    doors.add(door);
    listeners.set(place, shared);
    return shared;
  }

  async function leave(place: string, { opened, doors }: Shared, door: Door): Promise<void> {
    doors.delete(door);
    if (doors.size > 0) return;
    listeners.delete(place);
    const closed = opened.then((listener) => listener.close()).catch(() => {});
    closing.set(place, closed);
    await closed;
    if (closing.get(place) === closed) closing.delete(place);
  }

  return {
    async open(settings, app) {
      const place = `${settings.address}:${settings.port}`;
      const state: { lastMailAt?: number } = {};
      const door = doorOf(settings, app, state);
      const shared = join(place, settings, door, app.clock);
      const close = () => leave(place, shared, door);
      try {
        const { port, announceSize } = await shared.opened;
        announceSize(Math.max(...[...shared.doors].map(({ maxMailBytes }) => maxMailBytes)));
        return { port, close, state: () => ({ source: 'smtp', connected: true, ...state }) };
      } catch (thrown) {
        await close();
        throw thrown;
      }
    },
  };
}

function doorOf({ addresses }: ReceiverSettings, app: ReceivingApp, state: { lastMailAt?: number }): Door {
  const { appId, forwardingAddress, queue, maxMailBytes, onTrouble } = app;
  return {
    appId,
    addresses: [forwardingAddress, ...addresses],
    maxMailBytes,
    async take(raw, facts) {
      try {
        const accepted = await queue.accept(raw, facts, maxMailBytes);
        state.lastMailAt = facts.receivedAt;
        return accepted;
      } catch (thrown) {
        if (thrown instanceof EmailError && thrown.code !== 'mail-too-large') onTrouble(thrown);
        throw thrown;
      }
    },
  };
}

function requireFit(
  { certificate, doors }: Shared,
  { address, port, tls }: ReceiverSettings,
  door: Door,
): void {
  const place = `${address}:${port}`;
  if (certificate !== tls?.cert)
    throw notUsable('receiverTls', `another app listens on ${place} with another certificate`);
  for (const other of doors) {
    const both = other.addresses.find((one) => door.addresses.includes(one));
    if (both) throw notUsable('receiverAddresses', `another app on ${place} receives ${both}, too`);
  }
}

function notUsable(field: string, why: string): EmailError {
  return new EmailError('bad-settings', { field, detail: { why } });
}

/** An address of its own comes before a whole domain; what follows a plus sign is a detail of the address. */
function findDoor(doors: ReadonlySet<Door>, address: string): Door | undefined {
  const at = address.lastIndexOf('@');
  const given = address.slice(at + 1);
  const domain = /^[\w.-]*$/.test(given) ? given : domainToASCII(given);
  const local = address.slice(0, at);
  const [plain] = local.split('+', 1);
  const names = [`${local}@${domain}`, `${plain}@${domain}`, `@${domain}`];
  for (const name of domain === '' ? [] : names) {
    for (const door of doors) if (door.addresses.includes(name)) return door;
  }
  return undefined;
}
