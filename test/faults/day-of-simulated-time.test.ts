import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { growth } from './growth.ts';
import { type Day, type Sample, simulateDay } from './simulated-day.ts';

/** Bytes: less than an object that is kept from each mail takes, with its place in a list and a text of its own. */
const leastLeak = 48;

const growthPerMail = (samples: readonly Sample[], of: 'heap' | 'storeHeap'): number =>
  growth(samples.map((sample) => [sample.mails, sample[of]]));

const since = ({ samples }: Day, hour: number): readonly Sample[] =>
  samples.filter((sample) => sample.hour >= hour);

const sum = (counts: Partial<Record<string, number>>): number =>
  Object.values(counts).reduce<number>((total, count = 0) => total + count, 0);

describe('a day of an app, with an hour of memory, outages, quotas, retries and people who leave', function () {
  this.timeout(240_000);
  let day: Day;
  let rows: (table: string) => number;

  before(async () => {
    // what is there once, and not for each mail, is there after this
    const rehearsal = await simulateDay({ hours: 3, after: 0 });
    rehearsal.stage.remove();
    day = await simulateDay({ hours: 24, after: 5 });
    const database = new DatabaseSync(day.stage.database, { readOnly: true });
    rows = (table) => Number(database.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.n);
  });
  after(() => day?.stage.remove());

  it('has had of everything', () => {
    const { count, heard, stage } = day;
    const { states } = heard;
    const { seen } = stage.provider;
    const { renewals } = stage.signIn;
    for (const state of ['sent', 'failed', 'expired', 'suppressed']) assert.ok(states[state], state);
    assert.ok(seen.outages > 10, JSON.stringify(seen));
    assert.ok(count.mails > 3000 && count.repeated > 20 && count.left > 50 && count.returned > 50);
    assert.ok(renewals >= 24, `${renewals} renewals`);
    assert.deepEqual([...new Set(day.stage.troubles)].sort(), ['connect-failed', 'daily-quota']);
  });

  it('brings every accepted mail to one end, and no other', () => {
    const wrong = day.accepted.findIndex((isAccepted, id) => day.heard.outcomes[id] !== isAccepted);
    assert.equal(wrong, -1, `id${wrong} has ${day.heard.outcomes[wrong]} ends`);
    assert.equal(sum(day.heard.states), day.count.mails);
    const { waiting, scheduled, sending, unknown } = day.left;
    assert.deepEqual([waiting, scheduled, sending, unknown], [0, 0, 0, 0]);
    assert.equal(day.halfTried, 0);
  });

  it('tells of each once', () => {
    const { count, heard } = day;
    const { states, events } = heard;
    const ends = ['sent', 'failed', 'expired', 'suppressed'] as const;
    assert.equal(events['email.queued'], count.mails);
    for (const end of ends) assert.equal(events[`email.${end}`], states[end], end);
    assert.equal(events['inbound.received'], count.received);
    assert.equal(heard.mails, count.received);
    assert.equal(events['unsubscribe.removed'], count.returned);
    const others = sum(events) - Number(events['email.queued']);
    assert.deepEqual([heard.webhooks, day.taken], [others, others]);
  });

  it('leaves as many on the list as left and did not come back', () => {
    const { heard, listed } = day;
    const { events } = heard;
    assert.equal(Number(events['unsubscribe.added']) - Number(events['unsubscribe.removed']), listed);
  });

  it('forgets what is over', () => {
    for (const table of ['request', 'part', 'content', 'webhook', 'inbound', 'domain_pause', 'soft_bounce'])
      assert.equal(rows(table), 0, table);
    assert.equal(rows('event'), 1, 'the newest, which keeps the numbering');
    assert.deepEqual(readdirSync(day.stage.spool), []);
    assert.ok(day.captured <= 500);
  });

  it('takes no more of the disk in the end than when the first mails had been forgotten', () => {
    const [early, last] = [day.samples[7], day.samples.at(-1)];
    assert.ok(early && last);
    assert.ok(last.database <= early.database * 1.25, `${early.database} → ${last.database} bytes`);
    assert.ok(last.log <= early.log * 1.25, `${early.log} → ${last.log} bytes of log`);
  });

  it('leaves no timer and no handle', () => {
    assert.equal(day.timers.after, day.timers.before, 'at rest');
    assert.equal(day.timers.closed, 0, 'closed');
    assert.deepEqual(day.handlesAfter, day.handles);
  });

  for (const thread of ['heap', 'storeHeap'] as const)
    it(`keeps nothing in memory of a mail that is over (${thread})`, () => {
      const grown = growthPerMail(since(day, 6), thread);
      assert.ok(grown < leastLeak, `${grown.toFixed(1)} bytes a mail`);
    });
});

describe('the scales of that day', function () {
  this.timeout(120_000);

  it('show one object that is kept from each mail', async () => {
    const kept: object[] = [];
    const day = await simulateDay({ hours: 6, after: 0, onOutcome: ({ id }) => kept.push({ id }) });
    day.stage.remove();
    const grown = growthPerMail(since(day, 2), 'heap');
    assert.ok(grown > leastLeak, `${grown.toFixed(1)} bytes a mail`);
    assert.ok(kept.length > 500);
  });
});
