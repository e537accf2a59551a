import assert from 'node:assert/strict';
import type { EventLog } from '../../nodes/lib/event/event-log.ts';
import type { AppStore } from '../../nodes/lib/store/open-app-store.ts';
import { tallyContract } from '../lib/store/tally-contract.ts';
import { newRequest } from '../support/new-request.ts';
import { type SharedStores, sharedStores } from '../support/shared-store.ts';
import { until } from '../support/until.ts';

describe('postgresEventTally', () => {
  let stores: SharedStores;
  beforeEach(async () => {
    stores = await sharedStores();
  });
  afterEach(() => stores.dispose());

  const happened = (events: EventLog, count = 1) =>
    events.append(Array.from({ length: count }, () => ({ type: 'email.delivered', at: 1000 }) as const));
  const deliveredOf = async ({ tally }: AppStore) => (await tally.totals()).delivered;

  describe('as any tally', () => {
    tallyContract(() => stores.open());
  });

  it('counts the mails of the outbox, which tells of them itself', async () => {
    const { outbox, tally } = await stores.open();
    await outbox.accept(newRequest(['a@a.example', 'b@a.example']));
    const claimed = await outbox.claim(10, 1000);
    const outcome = { at: 1000, reason: '', code: 'sent', state: 'sent', attempted: true } as const;
    await outbox.settle(claimed.map(({ part }) => ({ ...outcome, partId: part.id })));
    await tally.roll();
    assert.equal((await tally.totals()).sent, 2);
  });

  it('counts each event once while several machines write and count', async () => {
    const all = await Promise.all([stores.open(), stores.open(), stores.open()]);
    let isOver = false;
    const rolling = all.map(async ({ tally }) => {
      while (!isOver) await tally.roll();
    });
    const writing = all.map(async ({ events }) => {
      for (let round = 0; round < 40; round += 1)
        await Promise.all([happened(events, 3), happened(events, 150), happened(events)]);
    });
    await Promise.all(writing);
    isOver = true;
    await Promise.all(rolling);
    const [one] = all;
    await one.tally.roll();
    assert.equal(await deliveredOf(one), 3 * 40 * 154);
    const [hour] = await one.tally.read(0);
    assert.equal(hour?.counts.delivered, 3 * 40 * 154);
  });

  it('passes over nothing that is written by a transaction which ends late, and says when to count on', async () => {
    const store = await stores.open();
    const late = await stores.database.connect();
    await late.query('BEGIN');
    await late.query(`INSERT INTO email_app.event (app, at, type) VALUES ('app', 1000, 'email.delivered')`);
    await happened(store.events, 5);
    await store.tally.roll();
    assert.equal(await deliveredOf(store), 0, 'none before the first');
    let isTold = false;
    store.events.onAppended(() => {
      isTold = true;
    });
    await store.tally.roll();
    await late.query('COMMIT');
    await late.end();
    await until(() => isTold);
    await store.tally.roll();
    assert.equal(await deliveredOf(store), 6);
  });

  it('takes back what it counted when its machine dies on the way', async () => {
    const store = await stores.open();
    await happened(store.events, 5);
    await stores.database.query(`ALTER TABLE email_app.event_tallied ADD CONSTRAINT stuck CHECK (turn < 0)`);
    await assert.rejects(store.tally.roll());
    assert.equal(await deliveredOf(store), 0);
    await stores.database.query('ALTER TABLE email_app.event_tallied DROP CONSTRAINT stuck');
    await store.tally.roll();
    assert.equal(await deliveredOf(store), 5);
  });

  it('goes on where it was when the database was put into a server that has counted fewer transactions', async () => {
    const before = await stores.open();
    await happened(before.events, 5);
    await before.tally.roll();
    await happened(before.events, 2);
    await before.close();
    for (const table of ['event', 'event_tallied'])
      await stores.database.query(`UPDATE email_app.${table} SET turn = turn + 1000000000`);
    const after = await stores.open();
    await happened(after.events);
    await after.tally.roll();
    assert.equal(await deliveredOf(after), 8);
  });
});
