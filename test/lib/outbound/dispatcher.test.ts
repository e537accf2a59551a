import assert from 'node:assert/strict';
import type { ErrorCode } from '../../../nodes/lib/kernel/error-sentences.ts';
import { EmailError } from '../../../nodes/lib/kernel/errors.ts';
import {
  type Dispatcher,
  type DispatcherState,
  openDispatcher,
} from '../../../nodes/lib/outbound/dispatcher.ts';
import type { NewRequest, Outbox, OutboxEntry, PartRecord } from '../../../nodes/lib/outbound/outbox.ts';
import type { DeliverySettings } from '../../../nodes/lib/settings/app-settings.ts';
import type { OutgoingMail, Receipt, SendQuota } from '../../../nodes/lib/transport/transport.ts';
import { type FakeClock, fakeClock } from '../../support/fake-clock.ts';
import { memoryOutbox, type OutboxMemory, outboxMemory } from '../../support/memory-outbox.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

const delivery: DeliverySettings = {
  rate: 1000,
  concurrency: 5,
  giveUpAfter: 4 * 24 * 3600,
  unknown: 'hold',
  maxWaiting: 100_000,
  keepDays: 30,
  contentDays: 30,
  keyDays: 7,
  maxMailBytes: 40e6,
};

type Deliver = (mail: OutgoingMail) => Promise<Receipt>;

function refuse(code: ErrorCode, retryable = true): Promise<never> {
  return Promise.reject(
    new EmailError(code, { retryable, detail: { value: 'mail.test:25', why: 'down', response: 'no' } }),
  );
}

async function accept({ envelope }: OutgoingMail): Promise<Receipt> {
  return { code: 'sent', accepted: envelope.to, refused: [], response: '250 ok' };
}

describe('openDispatcher', () => {
  let clock: FakeClock;
  let memory: OutboxMemory;
  let outbox: Outbox;
  let dispatcher: Dispatcher;
  let settled: PartRecord[];
  let troubles: EmailError[];
  /** The state at each change that was told. */
  let changes: DispatcherState[];
  /** When each mail reached the route, in ms since the start. */
  let attempts: { to: string; at: number }[];
  let calls: Record<string, number>;
  let start: number;
  let count: number;

  beforeEach(() => {
    clock = fakeClock();
    start = clock.now();
    memory = outboxMemory();
    outbox = counted(memoryOutbox({ memory }));
    settled = [];
    troubles = [];
    changes = [];
    attempts = [];
    calls = {};
    count = 0;
  });

  afterEach(async () => {
    const closing = dispatcher.close();
    await clock.advance(11 * second);
    await closing;
  });

  function counted(port: Outbox): Outbox {
    return new Proxy(port, {
      get(target, name: keyof Outbox & string) {
        const call = target[name] as (...args: unknown[]) => unknown;
        return (...args: unknown[]) => {
          calls[name] = (calls[name] ?? 0) + 1;
          return call(...args);
        };
      },
    });
  }

  function dispatch(
    deliver: Deliver = accept,
    given: Partial<DeliverySettings> & { outbox?: Outbox; quota?: () => Promise<SendQuota> } = {},
  ): void {
    const { outbox: port = outbox, quota, ...settings } = given;
    dispatcher = openDispatcher({
      outbox: port,
      transport: {
        quota,
        deliver(mail) {
          attempts.push({ to: mail.envelope.to[0] ?? '', at: clock.now() - start });
          return deliver(mail);
        },
      },
      compose,
      check: async () => ({ held: [] }),
      clock,
      random: () => 0.5,
      delivery: { ...delivery, ...settings },
      onSettled: (records) => settled.push(...records),
      onChange: () => changes.push(dispatcher.state()),
      onTrouble: (error) => troubles.push(error),
    });
  }

  async function compose({ part }: OutboxEntry): Promise<OutgoingMail> {
    if (part.to.address.startsWith('unfit@')) throw new EmailError('missing-substitution', { field: 'html' });
    return {
      envelope: { from: 'app@example.com', to: [...part.recipients, ...part.riders] },
      raw: Buffer.from('Subject: Hi\r\n\r\n'),
    };
  }

  /** Queues one mail for each address and wakes the dispatcher. */
  async function queue(addresses: readonly string[], given: Partial<NewRequest> = {}): Promise<void> {
    for (const address of addresses) {
      const id = `mail-${count++}`;
      await outbox.accept({
        id: `request-${id}`,
        node: 'n1',
        reports: true,
        content: { subject: 'Hi', from: { address: 'app@example.com' } } as NewRequest['content'],
        messageClass: 'transactional',
        priority: 'normal',
        acceptedAt: clock.now(),
        dueAt: clock.now(),
        parts: [
          { id, to: { address }, recipients: [address], riders: [], values: {}, messageId: `${id}@test` },
        ],
        ...given,
      });
    }
    dispatcher.wake();
  }

  const people = (number: number) => Array.from({ length: number }, (_, nth) => `p${nth}@d${nth % 7}.test`);
  const states = () => settled.map(({ state }) => state);

  describe('sending', () => {
    it('hands over what is due and reports it', async () => {
      dispatch();
      await queue(people(3));
      await clock.settle();
      assert.deepEqual(states(), ['sent', 'sent', 'sent']);
      assert.equal(dispatcher.state().sending, 0);
    });

    it('tells of a state without any mail once all are sent', async () => {
      dispatch();
      await queue(people(3));
      await clock.advance(3 * second);
      const { sending, counts } = changes.at(-1) ?? assert.fail('nothing was told');
      assert.deepEqual([sending, counts.sending, counts.waiting], [0, 0, 0]);
    });

    it('counts what came while it is paused, the last one too', async () => {
      dispatch();
      await dispatcher.pause();
      for (const person of people(4)) {
        await queue([person]);
        dispatcher.wake();
        await clock.advance(300);
      }
      await clock.advance(2 * second);
      assert.equal(changes.at(-1)?.counts.waiting, 4);
    });

    it('puts back what it claimed ahead when it is paused', async () => {
      const answers: (() => void)[] = [];
      const later: Deliver = (mail) => new Promise((resolve) => answers.push(() => resolve(accept(mail))));
      dispatch(later, { concurrency: 2 });
      await queue(people(10));
      await clock.settle();
      assert.equal((await outbox.counts(clock.now())).sending, 4);
      await dispatcher.pause();
      for (const answer of answers) answer();
      await clock.settle();
      const { waiting, sending } = await outbox.counts(clock.now());
      assert.deepEqual([answers.length, waiting, sending], [2, 8, 0]);
    });

    it('finds what was waiting when it is opened', async () => {
      dispatch(accept, { outbox: memoryOutbox() });
      await queue(people(1));
      await dispatcher.close();
      dispatch();
      await clock.settle();
      assert.deepEqual(states(), ['sent']);
    });

    it('claims no more than can leave at once and as many behind them, so that a crash makes few mails unknown', async () => {
      const never: Deliver = () => new Promise(() => {});
      dispatch(never, { concurrency: 3 });
      await queue(people(10));
      await clock.settle();
      assert.deepEqual([attempts.length, dispatcher.state().sending], [3, 3]);
      assert.deepEqual((await outbox.counts(clock.now())).waiting, 4);
    });

    it('writes the outcomes of one moment together', async () => {
      const waiting: (() => void)[] = [];
      dispatch((mail) => new Promise((resolve) => waiting.push(() => resolve(accept(mail)))), {
        concurrency: 20,
      });
      await queue(people(20));
      await clock.settle();
      for (const answer of waiting) answer();
      await clock.settle();
      assert.equal(settled.length, 20);
      assert.ok((calls.settle ?? 0) <= 2, `${calls.settle} writes`);
    });

    it('sends a mail at its time', async () => {
      dispatch();
      await queue(people(1), { dueAt: start + 3 * hour });
      await clock.advance(3 * hour - 1);
      assert.equal(attempts.length, 0);
      await clock.advance(1);
      assert.deepEqual(states(), ['sent']);
    });

    it('expires a mail instead of sending it late', async () => {
      dispatch(() => refuse('message-delayed'));
      await queue(people(1), { expiresAt: start + 2 * minute });
      await clock.advance(10 * minute);
      assert.deepEqual(states(), ['expired']);
      assert.deepEqual(
        attempts.map(({ at }) => at / minute),
        [0, 1],
      );
      assert.equal(settled[0]?.settledAt, start + 2 * minute);
    });

    it('fails a mail that cannot be composed, without asking the route', async () => {
      dispatch();
      await queue(['unfit@a.test', 'joe@a.test']);
      await clock.settle();
      assert.deepEqual(
        settled.map(({ code }) => code),
        ['missing-substitution', 'sent'],
      );
      assert.equal(attempts.length, 1);
    });

    it('asks the store nothing while there is nothing to do', async () => {
      dispatch();
      await queue(people(1));
      await clock.advance(5 * second);
      assert.equal(calls.readNote, 1);
      calls = {};
      await clock.advance(24 * hour);
      assert.deepEqual([calls, clock.pending()], [{}, 0]);
    });
  });

  describe('trying again', () => {
    it('follows the plan until the mail is taken', async () => {
      dispatch(async (mail) => (attempts.length < 4 ? refuse('message-delayed') : accept(mail)));
      await queue(people(1));
      await clock.advance(2 * hour);
      assert.deepEqual(
        attempts.map(({ at }) => at / minute),
        [0, 1, 6, 21],
      );
      assert.deepEqual([states(), settled[0]?.attempts], [['sent'], 4]);
    });

    it('gives up after the set time with the last reason', async () => {
      dispatch(() => refuse('message-delayed'), { giveUpAfter: 600 });
      await queue(people(1));
      await clock.advance(hour);
      assert.deepEqual(
        attempts.map(({ at }) => at / minute),
        [0, 1, 6, 10],
      );
      assert.deepEqual([settled[0]?.state, settled[0]?.code], ['failed', 'message-delayed']);
    });

    it('never repeats a refusal for good', async () => {
      dispatch(() => refuse('recipient-refused', false));
      await queue(people(1));
      await clock.advance(24 * hour);
      assert.deepEqual([attempts.length, states()], [1, ['failed']]);
    });

    it('sends only to those of one message who were delayed', async () => {
      const busy = new EmailError('recipient-delayed', {
        retryable: true,
        detail: { response: '452 later' },
      });
      const deliver: Deliver = async (mail) => {
        if (mail.envelope.to.length === 1) return accept(mail);
        return { ...(await accept(mail)), refused: [{ address: 'ann@b.test', failure: busy }] };
      };
      dispatch(deliver);
      const recipients = ['joe@a.test', 'ann@b.test'];
      const part = {
        id: 'x',
        to: { address: 'joe@a.test' },
        recipients,
        riders: [],
        values: {},
        messageId: 'x@test',
      };
      await queue(['joe@a.test'], { parts: [part] });
      await clock.advance(minute);
      assert.deepEqual(
        attempts.map(({ to }) => to),
        ['joe@a.test', 'ann@b.test'],
      );
      assert.deepEqual(states(), ['sent']);
    });

    it('holds a mail without an answer for a person, or sends it again, as the app says', async () => {
      const once: Deliver = async (mail) =>
        attempts.length === 1 ? refuse('no-answer', false) : accept(mail);
      dispatch(once);
      await queue(people(1));
      await clock.advance(hour);
      assert.deepEqual([states(), attempts.length], [['unknown'], 1]);
      await dispatcher.close();
      attempts = [];
      dispatch(once, { unknown: 'resend' });
      await queue(people(1));
      await clock.advance(hour);
      assert.deepEqual([states(), attempts.length], [['unknown', 'sent'], 2]);
    });
  });

  describe('the rate', () => {
    it('is kept however much waits', async () => {
      dispatch(accept, { rate: 10 });
      await queue(people(300));
      await clock.advance(20 * second);
      assert.ok(settled.length >= 195 && settled.length <= 203, `${settled.length} mails`);
      for (let from = 0; from < 19; from += 1) {
        const sent = attempts.filter(({ at }) => at >= from * second && at < (from + 1) * second).length;
        assert.ok(sent <= 13, `${sent} mails in a second`);
      }
    });

    it('may be below one mail per second', async () => {
      dispatch(accept, { rate: 0.1 });
      await queue(people(4));
      await clock.advance(30 * second);
      assert.deepEqual(
        attempts.map(({ at }) => at / second),
        [0, 10, 20, 30],
      );
    });

    it('halves when the server asks to slow down, and the mail is not lost', async () => {
      dispatch(async (mail) => (attempts.length <= 3 ? refuse('throttled') : accept(mail)), { rate: 8 });
      await queue(people(3));
      await clock.settle();
      assert.equal(dispatcher.state().rate, 4);
      assert.equal(dispatcher.state().lastFailure?.code, 'throttled');
      await clock.advance(10 * minute);
      assert.deepEqual([states().length, dispatcher.state().rate], [3, 8]);
    });
  });

  describe('a quota of the account', () => {
    const quotaOf = (perSecond: number, perDay: number): SendQuota => ({ perSecond, perDay, usedToday: 0 });

    it('gives the rate, recipients counted, where the app leaves it to that', async () => {
      dispatch(accept, { rate: 'auto', concurrency: 100, quota: async () => quotaOf(10, 10_000) });
      await queue(people(200));
      await clock.advance(10 * second);
      assert.equal(settled.length, 1 + 80);
      assert.equal(dispatcher.state().rate, 8);
    });

    it('makes mail wait when it is used up, and nothing fails', async () => {
      let today = { ...quotaOf(1000, 20), usedToday: 10 };
      dispatch(accept, { rate: 'auto', quota: async () => today });
      await clock.advance(second);
      await queue(people(20));
      await clock.advance(minute);
      const sentFirst = settled.length;
      assert.ok(sentFirst >= 10 && sentFirst < 20);
      assert.deepEqual(dispatcher.state().quotaUsedUp, true);
      assert.deepEqual(
        troubles.map(({ code }) => code),
        ['daily-quota'],
      );
      today = { ...quotaOf(1000, 100), usedToday: 10 };
      await clock.advance(hour);
      assert.deepEqual([states().length, new Set(states())], [20, new Set(['sent'])]);
    });

    it('makes a mail wait that the provider refuses because of it', async () => {
      const isOver = () => clock.now() < start + 2 * hour;
      const usedToday = () => (isOver() ? 100 : 0);
      dispatch((mail) => (isOver() ? refuse('daily-quota') : accept(mail)), {
        rate: 'auto',
        quota: async () => ({ ...quotaOf(1000, 100), usedToday: attempts.length > 0 ? usedToday() : 0 }),
      });
      await clock.advance(second);
      await queue(people(1));
      await clock.advance(hour);
      assert.deepEqual([states(), attempts.length], [[], 1]);
      await clock.advance(2 * hour);
      assert.deepEqual(states(), ['sent']);
    });
  });

  describe('a route that is down', () => {
    it('is left alone by mails that wait for a sign-in, of which others tell, and tried at once after it', async () => {
      let isSignedIn = false;
      dispatch(async (mail) => (isSignedIn ? accept(mail) : refuse('sign-in-needed')), { concurrency: 2 });
      await queue(people(20));
      await clock.advance(hour);
      assert.deepEqual([settled.length, troubles, dispatcher.state().routeDown], [0, [], true]);
      isSignedIn = true;
      dispatcher.wake(true);
      await clock.advance(10 * second);
      assert.ok(settled.length >= 17, `${settled.length} left at once`);
      await clock.advance(6 * minute);
      assert.ok(settled.length === 20 && settled.every(({ attempts }) => attempts === 1));
    });

    for (const code of ['connect-failed', 'auth-failed', 'dns-failed', 'oauth-failed'] as const)
      it(`costs no mail in an hour of ${code}, and recovers quickly`, async () => {
        const isDown = () => clock.now() - start < hour;
        dispatch(async (mail) => (isDown() ? refuse(code) : accept(mail)));
        await queue(people(50));
        await clock.advance(hour - 1);
        assert.deepEqual([settled.length, dispatcher.state().routeDown], [0, true]);
        // five at first, then one probe after 1, 2, 4 … 256 and 300 s
        assert.ok(attempts.length < 30, `${attempts.length} attempts`);
        assert.deepEqual(
          troubles.map((error) => error.code),
          [code],
        );
        await clock.advance(6 * minute);
        assert.equal(settled.length, 50);
        assert.ok(settled.every(({ state, attempts }) => state === 'sent' && attempts === 1));
        assert.equal(dispatcher.state().routeDown, false);
      });

    it('is probed by one mail at a time', async () => {
      let under = 0;
      let most = 0;
      dispatch(async () => {
        under += 1;
        if (clock.now() > start + second) most = Math.max(most, under);
        await new Promise<void>((resolve) => clock.after(100, resolve));
        under -= 1;
        return refuse('connect-failed');
      });
      await queue(people(20));
      await clock.advance(10 * minute);
      assert.equal(most, 1);
    });

    it('does not let one mail that breaks connections stop the others', async () => {
      dispatch(async (mail) =>
        mail.envelope.to[0] === 'poison@a.test' ? refuse('connection-lost') : accept(mail),
      );
      await queue(['poison@a.test', ...people(20)]);
      await clock.advance(10 * second);
      assert.equal(settled.length, 20);
    });

    it('gives mails up when it stays down too long', async () => {
      dispatch(() => refuse('auth-failed'), { giveUpAfter: 3600 });
      await queue(people(2));
      await clock.advance(2 * hour);
      assert.deepEqual(
        settled.map(({ state, code }) => [state, code]),
        [
          ['failed', 'auth-failed'],
          ['failed', 'auth-failed'],
        ],
      );
    });
  });

  describe('a sender who is not believed', () => {
    it('pauses that recipient domain for an hour and lets the others go', async () => {
      dispatch(async (mail) => {
        const isGmail = mail.envelope.to[0]?.endsWith('@gmail.com') && clock.now() < start + hour;
        return isGmail ? refuse('sender-unauthenticated') : accept(mail);
      });
      await queue(['joe@gmail.com']);
      await clock.settle();
      await queue(['ann@gmail.com', 'bob@b.test']);
      await clock.advance(hour - 1);
      assert.deepEqual(
        attempts.map(({ to }) => to),
        ['joe@gmail.com', 'bob@b.test'],
      );
      await clock.advance(2 * minute);
      assert.equal(settled.length, 3);
    });

    it('pauses the app when three unrelated domains say so, also after a restart', async () => {
      dispatch(() => refuse('sender-unauthenticated'), { concurrency: 1 });
      await queue(['a@gmail.com', 'b@outlook.com', 'c@gmx.net', 'd@web.de']);
      await clock.advance(2 * hour);
      assert.equal(attempts.length, 3);
      assert.equal(dispatcher.state().paused, true);
      assert.match(dispatcher.state().pauseReason ?? '', /gmail\.com, outlook\.com, gmx\.net/);
      assert.deepEqual(
        troubles.map(({ code }) => code),
        ['app-paused'],
      );
      assert.deepEqual(states(), []);
      await dispatcher.close();
      dispatch();
      await clock.advance(hour);
      assert.equal(settled.length, 0);
      await dispatcher.resume();
      await clock.advance(minute);
      assert.equal(settled.length, 4);
    });
  });

  describe('pausing', () => {
    it('holds mails until it is resumed', async () => {
      dispatch();
      await dispatcher.pause();
      await queue(people(2));
      await clock.advance(hour);
      assert.deepEqual([settled.length, dispatcher.state().paused], [0, true]);
      await dispatcher.resume();
      await clock.settle();
      assert.deepEqual([settled.length, dispatcher.state().paused], [2, false]);
    });

    it('outlives a restart', async () => {
      dispatch();
      await dispatcher.pause();
      await dispatcher.close();
      dispatch(accept, { outbox: memoryOutbox({ memory }) });
      await queue(people(1));
      await clock.advance(hour);
      assert.deepEqual([attempts.length, dispatcher.state().paused], [0, true]);
    });

    it('sends nothing while it cannot be known whether the app is paused', async () => {
      let failures = 3;
      const readNote = () =>
        failures-- > 0 ? Promise.reject(new EmailError('store-unavailable')) : outbox.readNote('paused');
      dispatch(accept, { outbox: { ...memoryOutbox({ memory }), readNote } });
      await queue(people(1));
      await clock.advance(second - 1);
      assert.equal(attempts.length, 0);
      await clock.advance(minute);
      assert.deepEqual([attempts.length, troubles.length], [1, 1]);
    });
  });

  describe('a store that fails', () => {
    it('is asked less and less often, and sending goes on when it works again', async () => {
      let claims = 0;
      const claim: Outbox['claim'] = (limit, now) => {
        claims += 1;
        const broken = clock.now() < start + 10 * minute;
        return broken ? Promise.reject(new EmailError('store-unavailable')) : outbox.claim(limit, now);
      };
      dispatch(accept, { outbox: { ...memoryOutbox({ memory }), claim } });
      await queue(people(3));
      for (let minutes = 0; minutes < 9; minutes += 1) {
        dispatcher.wake();
        await clock.advance(minute);
      }
      assert.ok(claims < 20, `${claims} claims`);
      assert.deepEqual(
        troubles.map(({ code }) => code),
        ['store-unavailable'],
      );
      await clock.advance(3 * minute);
      assert.equal(settled.length, 3);
    });

    it('is sent no more mails whose outcome it cannot record', async () => {
      const settle = () => Promise.reject(new EmailError('store-unavailable'));
      dispatch(accept, { outbox: { ...memoryOutbox({ memory }), settle }, concurrency: 3 });
      await queue(people(50));
      await clock.advance(hour);
      assert.ok(attempts.length <= 12, `${attempts.length} mails`);
    });
  });

  describe('closing', () => {
    it('waits for the mails in flight and starts none', async () => {
      dispatch(
        async (mail) => {
          await new Promise<void>((resolve) => clock.after(3 * second, resolve));
          return accept(mail);
        },
        { concurrency: 2 },
      );
      await queue(people(5));
      await clock.settle();
      let closed = false;
      const closing = dispatcher.close().then(() => {
        closed = true;
      });
      await clock.advance(2 * second);
      assert.equal(closed, false);
      await clock.advance(second);
      await closing;
      assert.deepEqual([states(), attempts.length], [['sent', 'sent'], 2]);
      await clock.advance(hour);
      assert.equal(attempts.length, 2);
    });

    it('does not wait longer than 10 s, and a late answer is still recorded', async () => {
      dispatch(async (mail) => {
        await new Promise<void>((resolve) => clock.after(15 * second, resolve));
        return accept(mail);
      });
      await queue(people(1));
      await clock.settle();
      const closing = dispatcher.close();
      await clock.advance(10 * second);
      await closing;
      assert.equal(settled.length, 0);
      await clock.advance(5 * second);
      assert.deepEqual(states(), ['sent']);
    });

    it('puts back at once what it claimed ahead, whatever becomes of the mails in flight', async () => {
      const never: Deliver = () => new Promise(() => {});
      for (const end of ['pause', 'close'] as const) {
        dispatch(never, { concurrency: 2 });
        await queue(people(4));
        await clock.settle();
        const { sending } = await outbox.counts(clock.now());
        const ended = dispatcher[end]();
        await clock.settle();
        assert.equal((await outbox.counts(clock.now())).sending, sending - 2, end);
        await clock.advance(11 * second);
        await ended;
        await dispatcher.resume();
      }
    });

    it('puts back what was claimed while it closed', async () => {
      let answer = () => {};
      const claim: Outbox['claim'] = async (limit, now) => {
        const entries = await outbox.claim(limit, now);
        if (entries.length > 0) await new Promise<void>((resolve) => (answer = resolve));
        return entries;
      };
      dispatch(accept, { outbox: { ...memoryOutbox({ memory }), claim } });
      await queue(people(2));
      await clock.settle();
      let closed = false;
      const closing = dispatcher.close().then(() => {
        closed = true;
      });
      await clock.settle();
      assert.equal(closed, false);
      answer();
      await closing;
      assert.equal(attempts.length, 0);
      assert.equal((await outbox.counts(clock.now())).waiting, 2);
    });
  });
});
