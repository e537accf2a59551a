import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Place } from '../../nodes/lib/postgres/database.ts';
import {
  openInboundQueue,
  type PostgresInboundQueue,
} from '../../nodes/lib/postgres/postgres-inbound-queue.ts';
import { describeInboundQueue, someFacts } from '../lib/store/inbound-contract.ts';
import { assertRefused } from '../support/assert-refused.ts';
import { fixedKeys } from '../support/fixed-keys.ts';
import { megabytes, pieces } from '../support/pieces.ts';
import { type FreshPlace, freshPlace, joinPlace } from '../support/postgres.ts';
import { until } from '../support/until.ts';

const limit = 40_000_000;
let place: FreshPlace;
let folder: string;
let apps = 0;
before(async () => {
  place = await freshPlace();
  folder = mkdtempSync(join(tmpdir(), 'email-app-reading-'));
});
after(async () => {
  rmSync(folder, { recursive: true });
  await place.end();
});

const nextApp = () => joinPlace(place.database, `app${++apps}`);
const open = (on: Place, maxBytes = 1_000_000_000) =>
  openInboundQueue(on, { keys: fixedKeys(), folder: join(folder, on.appId), maxBytes });

describeInboundQueue('postgresInboundQueue', async () => {
  const on = await nextApp();
  let queue = await open(on);
  return {
    async open(maxBytes) {
      queue.close();
      queue = await open(on, maxBytes);
      return queue;
    },
    dispose: async () => queue.close(),
  };
});

describe('postgresInboundQueue on several machines', () => {
  let [here, there]: Place[] = [];
  let one: PostgresInboundQueue;
  let other: PostgresInboundQueue;
  beforeEach(async () => {
    here = await nextApp();
    there = await joinPlace(place.database, here.appId);
    [one, other] = [await open(here), await open(there)];
  });
  afterEach(() => {
    for (const queue of [one, other]) queue.close();
  });

  const keyed = { ...someFacts, sourceKey: 'k' };
  const accept = (queue: PostgresInboundQueue, raw: string, facts = someFacts) =>
    queue.accept(pieces(raw), facts, limit);
  const rowsOf = async (table: string) =>
    (await place.database.query<object>(`SELECT * FROM email_app.${table} WHERE app = $1`, [here?.appId]))
      .length;

  it('gives a mail that one of them received to whichever begins it, once', async () => {
    await accept(one, 'one');
    await accept(one, 'two');
    const mails = (await Promise.all([other.begin(), one.begin(), other.begin()])).filter(
      (mail) => mail !== undefined,
    );
    assert.deepEqual(mails.map(({ file }) => readFileSync(file, 'utf8')).sort(), ['one', 'two']);
    for (const { id } of mails) await other.done(id);
    assert.deepEqual([await rowsOf('inbound'), await rowsOf('inbound_chunk')], [0, 0]);
  });

  it('takes a mail once that two of them receive at the same time', async () => {
    const large = () => one.accept(megabytes(1), keyed, limit);
    const largeThere = () => other.accept(megabytes(1), keyed, limit);
    const taken = await Promise.all([
      large(),
      largeThere(),
      accept(one, 'small', keyed),
      accept(other, 'small', keyed),
    ]);
    assert.equal(taken.filter(({ isNew }) => isNew).length, 1);
    assert.equal(new Set(taken.map(({ id }) => id)).size, 1);
    assert.deepEqual([await rowsOf('inbound'), (await one.counts()).waiting], [1, 1]);
  });

  it('has what a dead one had begun wait again, its attempt counted', async () => {
    await accept(one, 'one');
    await one.begin();
    let arrivals = 0;
    other.onArrival(() => (arrivals += 1));
    assert.equal(await other.begin(), undefined);
    await other.recoverDead(here?.instance ?? '');
    assert.equal(arrivals, 1);
    assert.equal((await other.begin())?.attempts, 1);
  });

  it('heeds of what a dead one says later only that the flows have it', async () => {
    const { id } = await accept(one, 'one');
    await one.begin();
    await other.recoverDead(here?.instance ?? '');
    await other.begin();
    await one.putBack(id, 'failed', 1);
    await one.setAside(id, 'it fails', 1);
    assert.equal(await one.begin(), undefined);
    assert.deepEqual(await one.counts(), { waiting: 1, setAside: 0 });
    await one.done(id);
    assert.deepEqual(await other.counts(), { waiting: 0, setAside: 0 });
  });

  it('keeps nothing of a mail that a dead one was receiving, and never half of it', async () => {
    let goOn = (): void => {};
    const held = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const slow = async function* () {
      yield* megabytes(1);
      await held;
      yield Buffer.from('!');
    };
    const accepting = one.accept(slow(), keyed, limit);
    await until(async () => (await rowsOf('inbound_chunk')) === 3);
    assert.equal(await other.begin(), undefined);
    await other.recoverDead(here?.instance ?? '');
    assert.deepEqual([await rowsOf('inbound'), await rowsOf('inbound_chunk')], [0, 0]);
    goOn();
    const error = await assertRefused(() => accepting, 'store-unavailable');
    assert.equal(error.retryable, true);
    assert.equal((await accept(other, 'again', keyed)).isNew, true);
  });

  it('gives nothing to an instance that was taken for dead', async () => {
    await accept(one, 'one');
    await place.database.query('DELETE FROM email_app.instance WHERE id = $1', [here?.instance]);
    assert.equal(await one.begin(), undefined);
    assert.ok(await other.begin());
  });

  it('is full of what all of them took together', async () => {
    const [small, another] = [await open(here as Place, 10), await open(there as Place, 10)];
    await accept(small, 'eight...');
    await accept(another, 'more');
    for (const queue of [small, another]) {
      await assertRefused(() => accept(queue, 'beyond'), 'inbound-full');
      queue.close();
    }
  });

  it('shows and opens on any machine what another set aside, and keeps no copy that is not needed', async () => {
    const { id } = await accept(one, 'poison');
    await one.begin();
    await one.setAside(id, 'it fails', 5000);
    const [shown] = await other.listAside(5);
    assert.equal(readFileSync(String(shown?.file), 'utf8'), 'poison');
    await one.forgetAside(id);
    assert.equal(existsSync(String(shown?.file)), true);
    await other.prune(0, 0);
    assert.equal(existsSync(String(shown?.file)), false);
  });

  it('tells the others of what came', async () => {
    let arrivals = 0;
    other.onArrival(() => (arrivals += 1));
    // listening begins beside the opening
    await until(async () => {
      await accept(one, 'one');
      return arrivals > 0;
    });
  });

  it('keeps mail and facts sealed, and lays them out for this user only', async () => {
    await accept(one, 'Subject: geheim');
    const mail = await one.begin();
    assert.equal(statSync(String(mail?.file)).mode & 0o777, 0o600);
    for (const table of ['inbound', 'inbound_chunk']) {
      const sql = `SELECT * FROM email_app.${table} WHERE app = $1`;
      const [row] = await place.database.query<object>(sql, [here?.appId]);
      const kept = Object.values(row ?? {}).map((value) =>
        Buffer.isBuffer(value) ? value.toString('latin1') : String(value),
      );
      assert.doesNotMatch(kept.join('\n'), /geheim|ann|example/);
    }
  });

  it('removes at its start what dead instances left on this machine, and nothing of living ones', async () => {
    await accept(one, 'one');
    const mail = await one.begin();
    const root = join(folder, String(here?.appId));
    const dead = join(root, randomUUID());
    mkdirSync(dead);
    writeFileSync(join(dead, 'inbound-1.eml'), 'x');
    mkdirSync(join(root, 'notes'));
    (await open(here as Place)).close();
    assert.deepEqual(readdirSync(root).sort(), [String(here?.instance), 'notes'].sort());
    assert.equal(existsSync(String(mail?.file)), true);
  });

  it('gives a mail back to its place if it cannot be laid out', async () => {
    await accept(one, 'one');
    const root = join(folder, String(here?.appId));
    rmSync(root, { recursive: true });
    writeFileSync(root, 'no folder');
    const error = await assertRefused(() => one.begin(), 'store-unavailable');
    assert.equal(error.retryable, true);
    rmSync(root);
    assert.equal((await other.begin())?.attempts, 0);
  });
});
