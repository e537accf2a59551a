import assert from 'node:assert/strict';
import type { PasswordLogin } from '../../nodes/lib/settings/app-settings.ts';
import type { Point, Reaction } from '../support/storm-conversation.ts';
import { openStormServer, type StormServer, type StormServerOptions } from '../support/storm-server.ts';
import { openWholeApp, type WholeApp } from '../support/whole-app.ts';

const minute = 60_000;
const rate = 10;

/**
 * What has become of a mail after some time of that: `later` has been tried and waits, `slower` as well and the rate
 * went down, `route` waits for its route and costs the mail no attempt.
 */
type Fate = 'sent' | 'later' | 'slower' | 'route' | 'failed' | 'unknown';

const say = (text: string): Reaction => ({ say: text });
const columns: readonly Point[] = [
  'greeting',
  'ehlo',
  'starttls',
  'auth',
  'mail',
  'rcpt',
  'data',
  'end',
  'quit',
];
const table: readonly (readonly [string, Reaction, string])[] = [
  ['421', say('421 4.3.2 Closing'), 'route route route route slower slower slower slower sent'],
  ['450', say('450 4.2.1 Mailbox busy'), 'route route route route later later later later sent'],
  ['451', say('451 4.3.0 Trouble here'), 'route route route route later later later later sent'],
  ['452', say('452 4.3.1 No room'), 'route route route route later later later later sent'],
  ['454', say('454 4.7.0 Not now'), 'route route route route slower slower slower slower sent'],
  ['503', say('503 5.5.1 Bad sequence'), 'route route route route later later later later sent'],
  ['554', say('554 5.5.0 No'), 'route route route route failed failed failed failed sent'],
  ['garbage', say('lorem ipsum'), 'route route route route later later later unknown sent'],
  ['354', say('354 Go on'), 'route route route route later later sent unknown sent'],
  ['words that begin with 2', say('2 lorem'), 'route - - - - - - unknown sent'],
  ['one answer too many', say('250 Ok\r\n250 Ok'), '- - - - unknown unknown - - sent'],
  ['silence', 'silence', 'route route route route later later later unknown sent'],
  ['a reset', 'reset', 'route route route route later later later unknown sent'],
  ['a half-open end', 'half-open', 'route route route route later later later unknown sent'],
  ['an answer byte by byte', 'slow', 'sent sent sent sent sent sent sent sent sent'],
  ['a cut answer', 'cut', 'route route route route later later later unknown sent'],
  ['a cut refusal', 'cut-refusal', 'route route route route later later later later sent'],
  ['lines and then silence', 'unended', 'route route route route later later later unknown sent'],
  ['lines without end', 'endless', 'route route route route later later later unknown sent'],
  ['a line without end', 'oversize', 'route route route route later later later unknown sent'],
];

const login: PasswordLogin = { kind: 'password', user: 'joe', password: 's3cret' };
/** Where the commands leave one by one, what each answer means is the same: a few of them tell. */
const few = new Set(['421', '451', '554', 'garbage', 'a reset', 'silence']);
const servers: readonly (readonly [string, StormServerOptions, readonly Point[], Set<string>?])[] = [
  ['with PIPELINING', {}, ['greeting', 'ehlo', 'mail', 'rcpt', 'data', 'end', 'quit']],
  ['without PIPELINING', { pipelining: false }, ['mail', 'rcpt', 'data'], few],
  ['with STARTTLS', { tls: 'starttls' }, ['starttls']],
  ['with a sign-in', { auth: true }, ['auth']],
];

for (const [kind, options, points, known] of servers)
  describe(`mail to a server ${kind}`, () => {
    let server: StormServer;
    let stage: WholeApp;
    let named = 0;

    before(async () => {
      server = await openStormServer({ ...options, now: () => stage.clock.now() });
      const route = server.route({ login: options.auth ? login : undefined });
      stage = await openWholeApp({ route, delivery: { rate }, stalled: () => server.stalled });
    });

    after(async () => {
      await stage.close();
      await server.down();
    });

    const people = (count: number): string[] => Array.from({ length: count }, () => `p${named++}@a.test`);

    /** How a mail stands, and whether the route made it wait or the rate was lowered. */
    async function fateOf(id: string, wasSlowed: boolean): Promise<string> {
      const { state, attempts } = await stage.find(id);
      if (state !== 'queued' && state !== 'sending') return state;
      if (attempts > 0) return wasSlowed ? 'slower' : 'later';
      assert.ok(stage.app.state().routeDown, 'it waits for nothing');
      return 'route';
    }

    const fates = (ids: readonly string[], wasSlowed = false): Promise<string[]> =>
      Promise.all(ids.map((id) => fateOf(id, wasSlowed)));

    async function sendOneMore(): Promise<string[]> {
      const ids = await stage.send(...people(1));
      await stage.quiet();
      return ids;
    }

    async function closedConversations(): Promise<void> {
      for (let turn = 0; server.open > 0; turn += 1) {
        assert.ok(turn < 10_000, `${server.open} connections are left open`);
        await stage.quiet();
      }
    }

    for (const point of points)
      for (const [name, reaction, row] of table) {
        const fate = row.split(' ')[columns.indexOf(point)] as Fate | '-';
        if (fate === '-' || (known && !known.has(name))) continue;
        it(`is ${fate} after ${name} at ${point}, and leaves once when that is over`, async () => {
          server.react = (moment) => (moment.point === point ? reaction : undefined);
          const addresses = people(2);
          const ids = await stage.send(...addresses);
          await stage.quiet();
          const wasSlowed = stage.app.state().rate < rate;
          const isStalled = server.stalled > 0;
          await stage.pass(isStalled ? 35 * minute : 3 * minute);
          assert.deepEqual(await fates(ids, wasSlowed), [fate, fate]);
          server.react = () => undefined;
          await stage.pass(isStalled ? 36 * minute : 10 * minute);
          const end = fate === 'failed' || fate === 'unknown' ? fate : 'sent';
          assert.deepEqual(await fates(ids), [end, end]);
          const copies = addresses.map((address) => server.line(address).takenAt.length);
          assert.deepEqual(copies, fate === 'failed' ? [0, 0] : [1, 1]);
          assert.deepEqual(await fates(await sendOneMore()), ['sent']);
          assert.deepEqual([stage.app.state().rate, stage.app.state().routeDown], [rate, false]);
          await stage.pass(minute);
          await closedConversations();
        });
      }

    it('leaves as fast afterwards as before', async () => {
      const addresses = people(50);
      await stage.send(...addresses);
      const start = stage.clock.now();
      await stage.pass(minute);
      const last = Math.max(...addresses.flatMap((address) => server.line(address).takenAt));
      const ms = last - start;
      assert.ok(ms > 4000 && ms <= 5000, `50 mails took ${ms} ms at ${rate} a second`);
    });
  });
