import assert from 'node:assert/strict';
import fc from 'fast-check';
import { simulatePlan } from '../../sizing/plan.ts';
import type { Result, Scenario } from '../../sizing/scenario.ts';
import { checks, failures, plans, shared, thousand } from '../../sizing/scenarios.ts';
import { simulate } from '../../sizing/simulate.ts';
import { Timeline } from '../../sizing/timeline.ts';
import { read } from './project.ts';

const span = fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 1, max: 40 }));
const anyScenario: fc.Arbitrary<Scenario> = fc.record(
  {
    ...fixed({ cores: 2, databaseCores: 2, mailWork: 0.3 }),
    store: fc.constantFrom<Scenario['store']>('file', 'postgres'),
    seconds: fc.constantFrom(6, 50),
    machines: fc.integer({ min: 1, max: 4 }),
    concurrency: fc.integer({ min: 1, max: 40 }),
    answer: fc.integer({ min: 0, max: 200 }),
    campaign: fc.integer({ min: 0, max: 5_000 }),
    rate: fc.integer({ min: 1, max: 2_000 }),
    quota: fc.integer({ min: 0, max: 4_000 }),
    transactional: fc.record({ perSecond: fc.integer({ min: 1, max: 50 }), isFirst: fc.boolean() }),
    machineDies: fc.integer({ min: 0, max: 5 }),
    databaseDown: span.map(([from, long]) => [from, from + long] as const),
    providerDown: span.map(([from, long]) => [from, from + long] as const),
    seed: fc.integer(),
  },
  {
    requiredKeys: [
      ...(['store', 'machines', 'cores', 'databaseCores', 'concurrency', 'mailWork', 'answer'] as const),
      ...(['campaign', 'seconds'] as const),
    ],
  },
);

describe('the model of several machines', () => {
  for (const { name, scenario, measured } of checks)
    it(`is within 15 % of what was measured: ${name}`, () => {
      const { perSecond } = simulate(scenario);
      assert.ok(Math.abs(perSecond / measured - 1) < 0.15, `${perSecond} a second, measured ${measured}`);
    });

  it('loses no mail, and sends none twice, whatever happens', () => {
    fc.assert(
      fc.property(anyScenario, (scenario) => requireWhole(simulate(scenario))),
      { numRuns: 150 },
    );
  });

  it('never exceeds the quota, nor the rate by more than a quarter of a second’s worth', () => {
    fc.assert(
      fc.property(anyScenario, (scenario) => {
        const { taken, peak } = simulate(scenario);
        assert.ok(taken <= (scenario.quota ?? Number.POSITIVE_INFINITY), `${taken} taken`);
        const { rate = Number.POSITIVE_INFINITY, seconds, concurrency, machines } = scenario;
        assert.ok(taken <= rate * seconds + Math.max(1, rate / 4) + 1, `${taken} taken`);
        // what was claimed ahead leaves when its turn comes
        assert.ok(peak <= rate * 1.25 + 2 * concurrency * machines + 1, `${peak} within a second`);
      }),
      { numRuns: 150 },
    );
  });

  it('sends more with more machines, until the database is busy', () => {
    const runs = [1, 2, 4].map((machines) => simulate({ ...shared, machines, seconds: 5 }));
    const [one = 0, two = 0, four = 0] = runs.map(({ perSecond }) => perSecond);
    assert.ok(two > 1.8 * one && four > 1.8 * two, `${one} ${two} ${four}`);
    const few = { ...shared, databaseCores: 1, seconds: 5 };
    const crowded = [4, 8].map((machines) => simulate({ ...few, machines }).perSecond);
    assert.ok(Number(crowded[1]) < 1.2 * Number(crowded[0]), `${crowded}`);
  });

  it('sends less with slower answers and slower disks', () => {
    const answers = [20, 50, 200].map((answer) => simulate({ ...shared, answer, seconds: 5 }).perSecond);
    assert.deepEqual(
      answers,
      answers.toSorted((a, b) => b - a),
    );
    const disks = [5, 20, 100].map((commitWait) => simulate({ ...shared, commitWait, seconds: 5 }).perSecond);
    assert.deepEqual(
      disks,
      disks.toSorted((a, b) => b - a),
    );
  });

  it('lets a mail of high priority pass a campaign, and no other', () => {
    const first = simulate({ ...thousand, campaign: 20_000, seconds: 30 });
    const second = simulate({
      ...thousand,
      campaign: 20_000,
      seconds: 30,
      transactional: { perSecond: 20, isFirst: false },
    });
    assert.ok(first.latency.p99 < 1_000, `${first.latency.p99} ms`);
    assert.ok(second.latency.p99 > 15_000, `${second.latency.p99} ms`);
  });

  it('leaves in doubt what a machine that died held, and nothing without a crash', () => {
    const [calm, death, outage, region] = failures.map(({ scenario }) => simulate(scenario));
    assert.equal(calm?.unknown, 0);
    assert.equal(region?.unknown, 0);
    for (const { unknown } of [death, outage] as Result[])
      assert.ok(unknown > 0 && unknown <= 3 * 4 * thousand.concurrency, `${unknown} in doubt`);
    for (const result of [calm, death, outage, region] as Result[]) requireWhole(result);
  });

  it('ends the same each time, and otherwise with another seed', () => {
    const short = { ...thousand, seconds: 5 };
    assert.deepEqual(simulate(short), simulate(short));
    assert.notDeepEqual(simulate(short).latency, simulate({ ...short, seed: 2 }).latency);
  });
});

describe('the plan for a hundred million', () => {
  it('takes as long as the narrowest of rate, quota and machines', () => {
    const [{ plan } = assert.fail()] = plans;
    const hours = (given: object) => simulatePlan({ ...plan, ...given }).hours ?? Number.NaN;
    assert.ok(Math.abs(hours({}) - 1e8 / 1_000 / 3_600) < 0.05);
    assert.ok(Math.abs(hours({ perSecond: 500 }) - 1e8 / 500 / 3_600) < 0.5);
    const small = plan.regions.map((region) => ({ ...region, quota: 12_500_000 }));
    assert.ok(hours({ regions: small }) > 24 && hours({ regions: small }) < 48);
  });

  it('never exceeds a quota of 24 hours, and loses nobody', () => {
    const region = fc.record({
      name: fc.constant('any'),
      perSecond: fc.integer({ min: 1, max: 500 }),
      quota: fc.integer({ min: 1, max: 3_000_000 }),
      down: fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 60 })),
    });
    const regions = fc.array(region, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(regions, fc.integer({ min: 0, max: 10_000_000 }), (some, recipients) => {
        const result = simulatePlan({ recipients, regions: some, perSecond: 1_000, mostDays: 4 });
        assert.equal(result.sent + result.left, recipients);
        for (const [index, most] of result.mostInDay.entries()) assert.ok(most <= Number(some[index]?.quota));
        assert.deepEqual(
          result.sentByHour,
          result.sentByHour.toSorted((a, b) => a - b),
        );
      }),
      { numRuns: 50 },
    );
  });
});

describe('simulated time', () => {
  it('goes on in order, and what was planned first goes first', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 })), (delays) => {
        const timeline = new Timeline();
        const seen: (readonly [number, number])[] = [];
        for (const [place, ms] of delays.entries())
          timeline.after(ms, () => seen.push([timeline.now, place]));
        timeline.runUntil(100);
        const planned = delays.map((ms, place) => [ms, place] as const);
        assert.deepEqual(
          seen,
          planned.toSorted(([a, one], [b, other]) => a - b || one - other),
        );
      }),
    );
  });
});

describe('docs/sizing.md', () => {
  it('says what the model says', () => {
    const page = read('docs/sizing.md');
    const told = [1, 3, 8].map((machines) => simulate({ ...shared, machines }).perSecond);
    const missing = told
      .map((perSecond) => Math.round(perSecond).toLocaleString('en'))
      .filter((text) => !page.includes(text));
    assert.deepEqual(missing, []);
  });
});

function requireWhole({ asked, sent, waiting, held, unknown, taken }: Result): void {
  assert.equal(sent + waiting + held + unknown, asked);
  assert.ok(sent <= taken && taken <= sent + held + unknown, `${taken} taken, ${sent} sent`);
}

function fixed<Given extends object>(given: Given) {
  const entries = Object.entries(given).map(([name, value]) => [name, fc.constant(value)]);
  return Object.fromEntries(entries) as { [Name in keyof Given]: fc.Arbitrary<Given[Name]> };
}
