import assert from 'node:assert/strict';
import type { MessageLog, MessageQuery } from '../../nodes/lib/message-log/message-log.ts';
import { postgresMessageLog } from '../../nodes/lib/postgres/postgres-message-log.ts';
import { describeMessageLog } from '../lib/store/message-log-contract.ts';
import { type LargeLog, largeLog, type PlanNode, rowsOfLog } from '../support/large-log.ts';
import { newPart, newRequest } from '../support/new-request.ts';
import { type SharedStores, sharedStores } from '../support/shared-store.ts';

describeMessageLog('postgresMessageLog', async () => {
  const stores = await sharedStores();
  return { ...(await stores.open()), dispose: stores.dispose };
});

describe('postgresMessageLog, on several machines', () => {
  let stores: SharedStores;
  beforeEach(async () => {
    stores = await sharedStores();
  });
  afterEach(() => stores.dispose());

  it('is one log, whoever accepted, opened or looked', async () => {
    const [one, other] = [await stores.open(), await stores.open()];
    await one.outbox.accept(newRequest(['a@a.example'], { riders: ['cc@a.example'] }));
    const found = await other.messageLog.search({ recipient: 'CC@a.example', limit: 5 });
    assert.deepEqual(
      found.messages.map(({ id }) => id),
      ['a'],
    );
    assert.ok(await other.messageLog.open('a'));
    const access = { at: 1, user: 'a \0 b', what: 'message', subject: 'a' } as const;
    await one.accessLog.note(access);
    assert.deepEqual(await other.accessLog.list(5), [{ ...access, user: 'a \ufffd b' }]);
  });

  it('takes any text to look for', async () => {
    const { messageLog } = await stores.open();
    for (const text of ['\0', '\ud83d', '<>', '{}', "'", '%'])
      for (const query of [{ id: text }, { subject: text }, { recipient: text }])
        assert.deepEqual(await messageLog.search({ ...query, limit: 5 }), { messages: [] });
    assert.equal(await messageLog.timeline('\0'), undefined);
  });

  it('forgets on two machines at once, and leaves nothing of the values in the rows', async () => {
    const [one, other] = [await stores.open(), await stores.open()];
    const ids = Array.from({ length: 700 }, (_, n) => `p${n}`);
    const parts = ids.map((id) => newPart(`${id}@a.example`, { values: { code: 'x'.repeat(1000) } }));
    await one.outbox.accept({ ...newRequest([], { id: 'many' }), parts: parts.slice(250) });
    for (const part of parts.slice(0, 250))
      await one.outbox.accept({ ...newRequest([], { id: `of ${part.id}` }), parts: [part] });
    await one.outbox.cancel(ids, 2000);
    await Promise.all([one, other].map(({ messageLog }) => messageLog.forgetContents(3000)));
    const [left] = await stores.database.query<object>(
      `SELECT (SELECT count(*) FROM email_app.content) AS contents, count(*) AS parts,
        max(length(sealed)) < 200 AS small FROM email_app.part`,
    );
    assert.deepEqual(left, { contents: 0, parts: 700, small: true });
    assert.equal((await one.outbox.find('p699'))?.to.address, 'p699@a.example');
  });
});

describe('postgresMessageLog on a large table', () => {
  let large: LargeLog;
  let log: MessageLog;
  before(async () => {
    large = await largeLog();
    log = postgresMessageLog(large.room);
  });
  after(() => large.place.end());

  const middle = 1000 + rowsOfLog / 2;
  const queries: Readonly<Record<string, Partial<MessageQuery>>> = {
    everything: {},
    'a time in the middle': { from: middle - 10, to: middle + 10 },
    'a subject that is nowhere': { subject: 'nowhere' },
    'who gets very many': { recipient: 'a@a.example' },
    'who gets nothing': { recipient: 'nobody@a.example' },
    'an id': { id: 'r77' },
    'a request': { id: 'mailing' },
    'a Message-ID': { id: '<m77@sender.example>' },
    'the id of the route': { id: 'provider r78' },
    'a correlation id of many': { id: 'campaign' },
    'what failed': { states: ['failed'] },
    'what failed or waits': { states: ['failed', 'queued', 'held'] },
    'what is nowhere': { states: ['unknown'] },
    'what was sent': { states: ['sent'] },
  };

  const check = () => {
    for (const [name, query] of Object.entries(queries))
      it(`finds ${name}, and the next page, by a few rows`, async () => {
        let next: string | undefined;
        const plans = await large.plansOf(async () => {
          const first = await log.search({ limit: 20, ...query });
          next = first.next;
          if (next) await log.search({ limit: 20, ...query, after: next });
        });
        assert.ok(plans.length > 0);
        assertFew(plans);
      });

    it('reads what happened to one, and what it said, by a few rows', async () => {
      assertFew(
        await large.plansOf(async () => {
          assert.ok(await log.timeline('r1234'));
          assert.ok(await log.open('r1234'));
        }),
      );
    });

    it('looks for what is to be forgotten by a few rows at a time', async () => {
      assertFew(await large.plansOf(() => log.forgetContents(1100)));
      assertFew(await large.plansOf(() => log.forgetContents(4000, ['r5', 'mailing'])), rowsOfLog);
    });
  };

  describe('that nobody has analysed', check);

  describe('that was analysed', () => {
    before(() => large.place.database.query('ANALYZE'));
    check();
  });
});

/** Of no node of a plan come, or are passed over, more rows than a page may look at, some times over. */
function assertFew(plans: readonly PlanNode[], most = 5000): void {
  for (const plan of plans.flatMap(nodesOf)) {
    const rows = (plan['Actual Rows'] + (plan['Rows Removed by Filter'] ?? 0)) * plan['Actual Loops'];
    assert.ok(
      rows <= most,
      `${rows} rows of ${plan['Node Type']} ${plan['Relation Name']}: ${JSON.stringify(plan).slice(0, 500)}`,
    );
  }
}

function nodesOf(plan: PlanNode): PlanNode[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];
}
