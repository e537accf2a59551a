import assert from 'node:assert/strict';
import { openStormServer, type StormServer } from '../support/storm-server.ts';
import { openWholeApp, type WholeApp } from '../support/whole-app.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const rate = 10;

let server: StormServer;
let stage: WholeApp;

async function open(): Promise<void> {
  server = await openStormServer({ now: () => stage.clock.now() });
  stage = await openWholeApp({
    route: server.route(),
    delivery: { rate },
    stalled: () => server.stalled,
  });
}

async function close(): Promise<void> {
  await stage.close();
  await server.down();
}

const statesOf = async (ids: readonly string[]) =>
  Promise.all(ids.map(async (id) => (await stage.find(id)).state));
const people = (count: number, domain: string) =>
  Array.from({ length: count }, (_, nth) => `p${nth}@${domain}`);
/** ms after `start` when a mail was taken. */
const takenAfter = (address: string, start: number) => server.line(address).takenAt.map((at) => at - start);

describe('greylisting', () => {
  beforeEach(open);
  afterEach(close);

  for (const words of ['451 4.7.1 Please come back later', '450 4.2.0 Greylisted, see http://a.test'])
    it(`makes only its own mail wait, and that one comes back once, after the time it takes: ${words}`, async () => {
      const start = stage.clock.now();
      const seen = new Map<string, number>();
      server.react = ({ point, to: [address = ''] }) => {
        if (point !== 'rcpt' || !address.endsWith('@grey.test')) return undefined;
        const first = seen.get(address) ?? stage.clock.now();
        seen.set(address, first);
        return stage.clock.now() - first < 5 * minute - second ? { say: words } : undefined;
      };
      const grey = people(10, 'grey.test');
      const other = people(10, 'open.test');
      const ids = await stage.send(...grey, ...other);
      await stage.pass(5 * second);
      assert.deepEqual(new Set(await statesOf(ids.slice(0, 10))), new Set(['queued']));
      assert.deepEqual(new Set(await statesOf(ids.slice(10))), new Set(['sent']));
      assert.deepEqual([stage.app.state().rate, stage.app.state().routeDown], [rate, false]);
      await stage.pass(6 * minute);
      assert.deepEqual(new Set(await statesOf(ids)), new Set(['sent']));
      for (const address of grey) {
        assert.equal(server.line(address).tries, 2);
        const [taken = 0] = takenAfter(address, start);
        assert.ok(taken >= 5 * minute - second && taken < 6 * minute, `${address} after ${taken} ms`);
      }
    });
});

describe('a domain that does not believe the sender', () => {
  beforeEach(open);
  afterEach(close);

  const answers = [
    ['end', '550 5.7.26 This mail is unauthenticated'],
    ['rcpt', '550 5.7.515 Access denied, sending domain does not meet the level'],
    ['mail', '550 5.7.26 Unauthenticated'],
  ] as const;
  for (const [point, words] of answers)
    it(`waits an hour alone, and no mail to it fails: ${words} at ${point}`, async () => {
      let isMended = false;
      // at MAIL it is not known whom the mail is for
      server.react = ({ point: at, to: [address = '@strict.test'] }) =>
        at === point && address.endsWith('@strict.test') && !isMended ? { say: words } : undefined;
      const strict = await stage.send(...people(1, 'strict.test'));
      await stage.quiet();
      isMended = point === 'mail';
      const more = await stage.send(...people(3, 'strict.test'), ...people(10, 'open.test'));
      const started = stage.clock.now();
      await stage.pass(50 * minute);
      assert.deepEqual(await statesOf([...strict, ...more.slice(0, 3)]), Array(4).fill('queued'));
      assert.deepEqual(new Set(await statesOf(more.slice(3))), new Set(['sent']));
      assert.deepEqual([stage.app.state().paused, stage.app.state().routeDown], [false, false]);
      isMended = true;
      await stage.pass(2 * hour);
      assert.deepEqual(new Set(await statesOf([...strict, ...more])), new Set(['sent']));
      const [taken = 0] = takenAfter('p1@strict.test', started);
      assert.ok(taken >= hour && taken < hour + 2 * minute, `after ${taken} ms`);
      assert.deepEqual(stage.troubles, []);
    });

  it('pauses the app when three unrelated domains say so, and everything leaves once a person resumed it', async () => {
    let isMended = false;
    server.react = ({ point, to: [address = ''] }) =>
      point === 'end' && /@(mx\.)?(a|b|c)\.test$/.test(address) && !isMended
        ? { say: '550 5.7.515 Not authenticated' }
        : undefined;
    const two = await stage.send('p@a.test', 'p@mx.a.test', 'p@b.test');
    await stage.pass(minute);
    assert.equal(stage.app.state().paused, false);
    const third = await stage.send('p@c.test');
    await stage.quiet();
    assert.equal(stage.app.state().paused, true);
    assert.match(stage.app.state().pauseReason ?? '', /a\.test, b\.test, c\.test do not accept/);
    assert.deepEqual(
      stage.troubles.map(({ code }) => code),
      ['app-paused'],
    );
    const rest = await stage.send(...people(5, 'open.test'));
    await stage.pass(5 * hour);
    const all = [...two, ...third, ...rest];
    assert.deepEqual(new Set(await statesOf(all)), new Set(['queued']));
    assert.equal(server.line('p@a.test').takenAt.length, 0);
    isMended = true;
    await stage.app.resume();
    await stage.pass(minute);
    assert.deepEqual(new Set(await statesOf(all)), new Set(['sent']));
    assert.equal(stage.app.state().rate, rate);
  });
});
