import assert from 'node:assert/strict';
import { openStormServer, type StormServer } from '../support/storm-server.ts';
import { openWholeApp, type WholeApp } from '../support/whole-app.ts';

const second = 1000;
const minute = 60 * second;
const rate = 10;

describe('a provider that is down for an hour', () => {
  let server: StormServer;
  let stage: WholeApp;
  /** When the route was tried, ms since the epoch. */
  let tries: number[];

  beforeEach(async () => {
    tries = [];
    server = await openStormServer({ now: () => stage.clock.now() });
    stage = await openWholeApp({
      route: server.route(),
      delivery: { rate },
      stalled: () => server.stalled,
      around: (transport) => ({
        ...transport,
        deliver(mail) {
          tries.push(stage.clock.now());
          return transport.deliver(mail);
        },
      }),
    });
  });

  afterEach(async () => {
    await stage.close();
    await server.down();
  });

  const people = (count: number, name: string): string[] =>
    Array.from({ length: count }, (_, nth) => `${name}${nth}@a.test`);
  const takenAt = (addresses: readonly string[]): number[] =>
    addresses.flatMap((address) => server.line(address).takenAt);

  it('loses no mail, wears none out, is asked gently, and gets all of it within minutes when it is back', async () => {
    const before = people(20, 'before');
    const during = people(80, 'during');
    const ids = await stage.send(...before);
    await stage.pass(5 * second);
    assert.equal(takenAt(before).length, 20);
    await server.down();
    tries = [];
    for (let spell = 0; spell < 4; spell += 1) {
      ids.push(...(await stage.send(...during.slice(spell * 20, spell * 20 + 20))));
      await stage.pass(15 * minute);
    }
    const records = await Promise.all(ids.slice(20).map(stage.find));
    assert.deepEqual(
      new Set(records.map(({ state, attempts }) => `${state} ${attempts}`)),
      new Set(['queued 0']),
    );
    // five at once when it went down, then doubling waits of up to five minutes
    assert.ok(tries.length < 30, `${tries.length} tries in an hour`);
    assert.deepEqual(
      stage.troubles.map(({ code }) => code),
      ['connect-failed'],
    );
    await server.up();
    const back = stage.clock.now();
    await stage.pass(6 * minute);
    const all = takenAt(during);
    assert.equal(all.length, 80);
    assert.deepEqual(
      new Set((await Promise.all(ids.map(stage.find))).map(({ state }) => state)),
      new Set(['sent']),
    );
    const [first, last] = [Math.min(...all), Math.max(...all)];
    assert.ok(
      first - back <= 5 * minute && last - first <= 9 * second,
      `${first - back}, ${last - first} ms`,
    );
    const { rate: endRate, routeDown } = stage.app.state();
    assert.deepEqual([endRate, routeDown], [rate, false]);
  });

  it('slows the app down by throttling, which then takes up its speed again by itself', async () => {
    server.react = ({ point }) => (point === 'mail' ? { say: '421 4.7.28 Too many messages' } : undefined);
    const early = people(20, 'early');
    await stage.send(...early);
    await stage.pass(minute + 2 * second);
    const slowed = stage.app.state().rate;
    assert.ok(slowed < rate / 2, `${slowed}`);
    server.react = () => undefined;
    await stage.pass(60 * second);
    const halfway = stage.app.state().rate;
    assert.ok(halfway > slowed && halfway < rate, `${halfway}`);
    await stage.pass(10 * minute);
    assert.equal(stage.app.state().rate, rate);
    assert.equal(takenAt(early).length, 20);
    const start = stage.clock.now();
    const late = people(100, 'late');
    await stage.send(...late);
    await stage.pass(minute);
    const ms = Math.max(...takenAt(late)) - start;
    assert.ok(ms >= 9 * second && ms <= 10 * second, `100 mails took ${ms} ms`);
  });

  it('gives a mail up only when its own time is over', async () => {
    await stage.close();
    stage = await openWholeApp({ route: server.route(), delivery: { rate, giveUpAfter: 3600 } });
    await server.down();
    const [id = ''] = await stage.send('ann@a.test');
    await stage.pass(59 * minute);
    assert.equal((await stage.find(id)).state, 'queued');
    await stage.pass(6 * minute);
    const { state, code } = await stage.find(id);
    assert.deepEqual([state, code], ['failed', 'connect-failed']);
  });
});
