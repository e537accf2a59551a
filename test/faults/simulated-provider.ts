/** A provider of mail in the time of the test's clock: with a quota, tokens of an hour, outages and moods. */
import assert from 'node:assert/strict';
import { EmailError } from '../../nodes/lib/kernel/errors.ts';
import type { TokenKeeper } from '../../nodes/lib/oauth/token-keeper.ts';
import type { OutgoingMail, Transport } from '../../nodes/lib/transport/transport.ts';
import type { FakeClock } from '../support/fake-clock.ts';
import type { FakeProvider } from '../support/fake-provider.ts';

const minute = 60_000;
const hour = 60 * minute;

/** Recipients an hour; more is refused until the next. */
const quotaOfHour = 400;

export interface ProviderParts {
  readonly clock: FakeClock;
  readonly tokens: TokenKeeper;
  readonly signIn: FakeProvider;
  /** Takes every tenth mail that is taken; it looks through all of its files each time. */
  readonly taker: Transport;
}

/** The first part of an address says how its mail fares: `slow-`, `never-`, `gone-`, `strict-`; any other is taken. */
export function simulatedProvider({ clock, tokens, signIn, taker }: ProviderParts) {
  const openedAt = clock.now();
  const tries = new Map<string, number>();
  const seen = { outages: 0, taken: 0 };
  let quotaHour = 0;
  let used = 0;

  const minutes = (): number => (clock.now() - openedAt) / minute;
  const usedToday = (): number => {
    const present = Math.floor(clock.now() / hour);
    if (present !== quotaHour) used = 0;
    quotaHour = present;
    return used;
  };
  /** Twenty minutes every six hours. */
  const isDown = (): boolean => minutes() % 360 >= 120 && minutes() % 360 < 140;

  const moods = moodsOf(tries, () => minutes() % 360 <= 30);
  const transport: Transport = {
    ...taker,
    async deliver(mail) {
      assert.ok(signIn.takes(await tokens.current()), 'a token that does not hold');
      if (isDown()) {
        seen.outages += 1;
        const detail = { value: 'mail.example.com', why: 'connection refused' };
        throw new EmailError('connect-failed', { detail, retryable: true });
      }
      const { to } = mail.envelope;
      if (usedToday() + to.length > quotaOfHour) {
        throw new EmailError('daily-quota', { detail: { response: 'enough' }, retryable: true });
      }
      moods[to[0]?.split('-', 1)[0] ?? '']?.(mail);
      used += to.length;
      seen.taken += 1;
      if (seen.taken % 10 === 0) return taker.deliver(mail);
      return { code: 'sent', accepted: to, refused: [], response: '250 2.0.0 Ok' };
    },
    quota: async () => ({ perSecond: 50, perDay: quotaOfHour, usedToday: usedToday() }),
  };
  return { transport, seen, halfTried: () => tries.size };
}

function later(response: string): EmailError {
  return new EmailError('message-delayed', { detail: { response }, retryable: true });
}

/** How mails fare whose address begins so. */
function moodsOf(
  tries: Map<string, number>,
  isStrict: () => boolean,
): Record<string, (mail: OutgoingMail) => void> {
  return {
    slow({ key = '' }) {
      const count = (tries.get(key) ?? 0) + 1;
      tries.set(key, count);
      if (count < 3) throw later('451 4.3.2 busy');
      tries.delete(key);
    },
    never() {
      throw later('452 4.2.2 mailbox full');
    },
    gone() {
      const response = '550 5.1.1 no such user';
      throw new EmailError('recipient-refused', { detail: { response, smtp: 550, status: '5.1.1' } });
    },
    strict() {
      if (!isStrict()) return;
      const response = '550 5.7.26 unauthenticated';
      throw new EmailError('sender-unauthenticated', { detail: { response }, retryable: true });
    },
  };
}
