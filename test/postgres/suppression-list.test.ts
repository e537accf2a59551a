import assert from 'node:assert/strict';
import type { NewEvent } from '../../nodes/lib/event/event-log.ts';
import type { Claims } from '../../nodes/lib/kernel/claims.ts';
import { rowSeal } from '../../nodes/lib/keys/row-seal.ts';
import type { Place } from '../../nodes/lib/postgres/database.ts';
import {
  type ListOptions,
  postgresSuppressionList,
} from '../../nodes/lib/postgres/postgres-suppression-list.ts';
import type { SuppressionList } from '../../nodes/lib/suppression/suppression-list.ts';
import { describeSuppressionList, entryFor } from '../lib/store/suppression-contract.ts';
import { assertRefused } from '../support/assert-refused.ts';
import { fixedKeys } from '../support/fixed-keys.ts';
import { type FreshPlace, freshPlace, joinPlace } from '../support/postgres.ts';

/** What machines of one app hold, in this process. */
function sharedClaims(): Claims & { forget(): void } {
  const held = new Set<string>();
  return {
    take: async (name) => {
      if (held.has(name)) return undefined;
      held.add(name);
      return { release: async () => void held.delete(name) };
    },
    forget: () => held.clear(),
  };
}

function openList(place: Place, options: Partial<ListOptions> = {}): Promise<SuppressionList> {
  return postgresSuppressionList(place, {
    keys: fixedKeys(),
    claims: sharedClaims(),
    findMails: async () => [],
    ...options,
  });
}

describeSuppressionList('postgresSuppressionList', async () => {
  const place = await freshPlace();
  return {
    open: async (options) => ({ list: await openList(place, options), close: async () => {} }),
    dispose: place.end,
  };
});

describe('postgresSuppressionList, on several machines', () => {
  let place: FreshPlace;
  let claims: ReturnType<typeof sharedClaims>;
  const openBoth = async () =>
    [await openList(place, { claims }), await openList(await joinPlace(place.database), { claims })] as const;
  const isHeld = async (list: SuppressionList, address: string) =>
    (await list.find([address], 2000)).has(address);
  const rows = async (table: string) =>
    (await place.database.query<{ rows: number }>(`SELECT count(*) AS rows FROM email_app.${table}`))[0]
      ?.rows;

  beforeEach(async () => {
    place = await freshPlace();
    claims = sharedClaims();
  });
  afterEach(() => place.end());

  it('is one list: who is added here is found there at once, and in no other app', async () => {
    const [one, other] = await openBoth();
    const apart = await openList(await joinPlace(place.database, 'other app'));
    assert.equal(await isHeld(other, 'a@a.example'), false);
    await one.add([entryFor('a@a.example')]);
    assert.deepEqual([await isHeld(other, 'a@a.example'), await isHeld(apart, 'a@a.example')], [true, false]);
    assert.deepEqual([await one.count(), await other.count(), await apart.count()], [1, 1, 0]);
  });

  it('adds what many say at once only once, and counts it so', async () => {
    const lists = await openBoth();
    const entries = Array.from({ length: 60 }, (_, n) => entryFor(`a${n % 20}@a.example`));
    const added = await Promise.all(entries.map((entry, n) => lists[n % 2]?.add([entry])));
    assert.equal(added.flat().length, 20);
    assert.equal(await lists[0].count(), 20);
  });

  it('keeps nothing of who is erased while somebody adds them elsewhere', async () => {
    const [one, other] = await openBoth();
    const causes = ['complaint', 'hard-bounce', 'import'] as const;
    for (let n = 0; n < 20; n++) {
      const address = `a${n}@a.example`;
      await one.add([entryFor(address)]);
      await Promise.all([
        one.erase(address, 1300),
        ...causes.map((cause) => other.add([entryFor(address, { cause })])),
      ]);
    }
    assert.ok(
      (await one.list({ limit: 100 })).entries.every(({ erased, address }) => erased && address === ''),
    );
    assert.equal(await one.count(), 80);
  });

  it('imports on one machine at a time', async () => {
    const [one, other] = await openBoth();
    const load = await one.startImport(0);
    await assertRefused(() => other.startImport(0), 'import-running');
    await load.drop();
    await (await other.startImport(0)).drop();
  });

  it('goes on with a decided import where another machine has ended, and tells of it once', async () => {
    const [one] = await openBoth();
    const load = await one.startImport(700);
    await load.stage(Array.from({ length: 6000 }, (_, n) => entryFor(`a${n}@a.example`)));
    await place.database.query('UPDATE email_app.suppression_import SET at = 700');
    claims.forget();
    const after = await openList(await joinPlace(place.database), { claims });
    await after.prune(0, 0);
    assert.equal(await after.count(), 6000);
    assert.ok(await isHeld(after, 'a5999@a.example'));
    assert.deepEqual([await rows('suppression_staged'), await rows('event')], [0, 1]);
  });

  it('forgets an import that was not decided when its machine ended, and refuses its rest', async () => {
    const [one, other] = await openBoth();
    const load = await one.startImport(0);
    await load.stage([entryFor('a@a.example')]);
    claims.forget();
    const next = await other.startImport(0);
    await next.stage([entryFor('b@a.example')]);
    await assertRefused(() => load.stage([entryFor('c@a.example')]), 'import-running');
    await assertRefused(() => load.commit(), 'import-running');
    await load.drop();
    assert.deepEqual(await next.commit(), { added: 1, erased: 0 });
    assert.deepEqual([await isHeld(one, 'a@a.example'), await isHeld(one, 'b@a.example')], [false, true]);
    assert.equal(await rows('suppression_staged'), 0);
  });

  it('mails nobody when its rows are gone, or are another key’s', async () => {
    const [one] = await openBoth();
    const other = await openList(await joinPlace(place.database), { keys: fixedKeys('key2'), claims });
    await assertRefused(() => one.find(['a@a.example'], 2000), 'wrong-key');
    await assertRefused(() => one.add([entryFor('a@a.example')]), 'wrong-key');
    await other.add([entryFor('a@a.example')]);
    await assertRefused(() => openList(place, { claims }), 'wrong-key');
    await place.database.query('TRUNCATE email_app.suppression, email_app.suppression_state');
    await assertRefused(() => other.find(['a@a.example'], 2000), 'store-corrupt');
    await assertRefused(() => other.count(), 'store-corrupt');
  });

  it('tells of changes in the event log, and forgets with whom it was about', async () => {
    const keys = fixedKeys();
    const list = await openList(place, { keys, claims });
    await list.add([entryFor('a@a.example'), entryFor('b@a.example')]);
    await list.remove({ address: 'b@a.example', method: 'api', at: 1500 });
    await list.erase('a@a.example', 1600);
    await list.add([entryFor('a@a.example', { cause: 'complaint', at: 1700 })]);
    const events = await place.database.query<{ at: number; type: string; fact: Buffer | null }>(
      'SELECT at, type, fact FROM email_app.event ORDER BY turn, sequence',
    );
    const seal = rowSeal(keys, 'app event');
    const told = events.map(({ at, type, fact }) => {
      const { recipient }: Partial<NewEvent> = fact ? JSON.parse(seal.open(fact).toString()) : {};
      return [at, type, recipient].filter(Boolean).join(' ');
    });
    assert.deepEqual(told, [
      '1000 unsubscribe.added',
      '1000 unsubscribe.added b@a.example',
      '1500 unsubscribe.removed b@a.example',
      '1700 unsubscribe.added',
    ]);
  });

  it('takes any text', async () => {
    const list = await openList(place, { claims });
    const text = 'nul \0, half \ud83d, quote ", \\, {a,b}, NULL';
    await list.add([
      entryFor('a@a.example', { detail: text, listTopic: 'NULL', evidence: { userAgent: text } }),
    ]);
    const [entry] = (await list.find(['a@a.example'], 2000)).get('a@a.example') ?? [];
    assert.equal(entry?.detail, 'nul \uFFFD, half \uFFFD, quote ", \\, {a,b}, NULL');
    assert.equal(entry?.listTopic, 'NULL');
    await list.remove({ address: 'a@a.example', listTopic: 'NULL', method: 'api', at: 1, detail: text });
    assert.equal((await list.history('a@a.example')).length, 2);
  });
});
