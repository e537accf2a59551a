import assert from 'node:assert/strict';
import dns from 'node:dns';
import { dnsCache } from 'nodemailer/lib/shared';
import { testKeys } from '../support/aws/aws-world.ts';
import { type AwsStandIn, startAws } from '../support/aws/start-aws.ts';
import { openStormServer, type StormServer } from '../support/storm-server.ts';
import { openWholeApp, type WholeApp } from '../support/whole-app.ts';

const minute = 60_000;
const hour = 60 * minute;
const rate = 10;
const host = 'mail.test';

/** IPv4 addresses, or the code of what the resolver says. */
type Answer = readonly string[] | string;
type Told = (error: Error | null, found?: unknown, family?: number) => void;

/** The DNS of this process in the test's hands: the resolver that asks servers, and the system's own. */
function takeOverDns() {
  const { Resolver, lookup } = dns;
  const world = {
    answer: [] as Answer,
    asked: 0,
    giveBack: () => void Object.assign(dns, { Resolver, lookup }),
  };
  const tell = (name: string, told: Told, found: (addresses: readonly string[]) => unknown): void => {
    world.asked += 1;
    const { answer } = world;
    const error =
      typeof answer === 'string' && Object.assign(new Error(`query ${answer} ${name}`), { code: answer });
    setImmediate(() => (error ? told(error) : told(null, found(answer as readonly string[]), 4)));
  };
  class ZoneResolver {
    cancel(): void {}
    resolve4(name: string, told: Told): void {
      tell(name, told, (addresses) => addresses);
    }
    resolve6(name: string, told: Told): void {
      tell(name, told, () => []);
    }
  }
  const zoneLookup = (name: string, options: { all?: boolean }, told: Told): void => {
    // addresses come here as well
    if (!name.endsWith('.test')) return void lookup(name, options, told);
    tell(name, told, (addresses) =>
      options.all ? addresses.map((address) => ({ address, family: 4 })) : addresses[0],
    );
  };
  Object.assign(dns, { Resolver: ZoneResolver, lookup: zoneLookup });
  return world;
}

let world: ReturnType<typeof takeOverDns>;
let stage: WholeApp;

beforeEach(() => {
  world = takeOverDns();
  dnsCache.clear();
});
afterEach(() => world.giveBack());

const statesOf = async (ids: readonly string[]) =>
  Promise.all(ids.map(async (id) => (await stage.find(id)).state));
const failures = ['EAI_AGAIN', 'ENOTFOUND', 'ESERVFAIL', 'ETIMEOUT'];

/** An hour without DNS, and a few minutes with it. */
async function outlast(failure: string, code: string, endRate: number): Promise<void> {
  world.answer = failure;
  const ids = await stage.send('ann@a.test', 'bob@b.test');
  await stage.pass(hour);
  const records = await Promise.all(ids.map(stage.find));
  assert.deepEqual(
    records.map(({ state, attempts }) => [state, attempts]),
    Array(2).fill(['queued', 0]),
  );
  assert.equal(stage.app.state().lastFailure?.code, code);
  assert.ok(world.asked < 200, `${world.asked} questions in an hour`);
  world.answer = ['127.0.0.1'];
  await stage.pass(6 * minute);
  assert.deepEqual(await statesOf(ids), ['sent', 'sent']);
  const { routeDown, rate } = stage.app.state();
  assert.deepEqual([routeDown, rate], [false, endRate]);
}

describe('mail to a server whose name cannot be looked up', () => {
  let server: StormServer;

  beforeEach(async () => {
    server = await openStormServer();
    stage = await openWholeApp({
      route: server.route({ host }),
      delivery: { rate },
      stalled: () => server.stalled,
    });
  });
  afterEach(async () => {
    await stage.close();
    await server.down();
  });

  for (const failure of failures)
    it(`waits through an hour of ${failure}, is told of once, and leaves by itself`, async () => {
      await outlast(failure, 'dns-failed', rate);
      assert.deepEqual(
        stage.troubles.map(({ code }) => code),
        ['dns-failed'],
      );
      assert.equal(server.line('ann@a.test').takenAt.length, 1);
    });

  it('goes where the name last led while no server answers', async () => {
    world.answer = ['127.0.0.1'];
    const first = await stage.send('ann@a.test');
    await stage.pass(minute);
    world.answer = 'EAI_AGAIN';
    for (const known of dnsCache.values()) known.expires = 1;
    const second = await stage.send('bob@b.test');
    await stage.pass(minute);
    assert.deepEqual(await statesOf([...first, ...second]), ['sent', 'sent']);
    assert.equal(server.connections, 2);
  });

  it('finds the server that has moved', async () => {
    world.answer = ['127.0.0.2'];
    const ids = await stage.send('ann@a.test');
    await stage.pass(hour);
    assert.deepEqual(await statesOf(ids), ['queued']);
    assert.equal(stage.app.state().lastFailure?.code, 'connect-failed');
    world.answer = ['127.0.0.1'];
    for (const known of dnsCache.values()) known.expires = 1;
    await stage.pass(6 * minute);
    assert.deepEqual(await statesOf(ids), ['sent']);
  });

  it('takes another address of the name where one is dead', async () => {
    world.answer = ['127.0.0.2', '127.0.0.3', '127.0.0.1'];
    const ids = await stage.send('ann@a.test', 'bob@b.test', 'cy@c.test');
    await stage.pass(1000);
    assert.deepEqual(await statesOf(ids), ['sent', 'sent', 'sent']);
  });
});

describe('mail over Amazon SES whose name cannot be looked up', () => {
  let aws: AwsStandIn;

  beforeEach(async () => {
    // a connection for the question after the quota would be kept
    world.answer = 'EAI_AGAIN';
    aws = await startAws({ verified: ['example.com'], account: { perSecond: 50 } });
    const endpoint = aws.endpoint.replace('127.0.0.1', 'ses.test');
    const access = { region: 'eu-central-1', keys: testKeys, endpoint };
    stage = await openWholeApp({
      route: { kind: 'ses', aws: access, bulk: false },
      delivery: { rate: 'auto' },
    });
    await stage.quiet();
  });
  afterEach(async () => {
    await stage.close();
    await aws.close();
  });

  for (const failure of failures)
    it(`waits through an hour of ${failure} and leaves once, by itself`, async () => {
      await outlast(failure, 'aws-unreachable', 40);
      assert.equal(aws.state.sent.length, 2);
    });
});
