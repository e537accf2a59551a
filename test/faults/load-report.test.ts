import assert from 'node:assert/strict';
import { eventsOf, type Given, type Taken } from '../../soak/load/counts.ts';
import { causeOf, reportOf } from '../../soak/load/report.ts';
import type { ProbeSample } from '../../soak/load/sample.ts';

const beganAt = Date.UTC(2026, 0, 5);
const every = 10_000;
const minutes = 20;

const given: Given = { mails: 240_000, received: 24_000, left: 24_000, refused: 0 };
const taken: Taken = { mails: 240_000, doubled: 0, events: eventsOf(given), received: 24_000 };
const stall = { at: beganAt + 600_000, ms: 80, ran: 2, waited: 0, idle: 0, gc: 0 };

const sampleAt = (index: number): ProbeSample => ({
  at: beganAt + index * every,
  rss: 500e6,
  heapUsed: 80e6 + (index % 2) * 500_000,
  external: 40e6,
  arrayBuffers: 0,
  loop: { p50: 10, p99: 14, max: 40 },
  stalls: [],
  cpu: 0.5,
  handles: index < 0 || index > minutes * 6 ? 8 : 300,
  files: 33,
  log: 17e6,
  database: 0,
  spool: 0,
});

/** A run in which nothing is wrong, with what a test changes. */
function run(
  change: (sample: ProbeSample, index: number) => Partial<ProbeSample> = () => ({}),
  counts: { given?: Partial<Given>; taken?: Partial<Taken>; lost?: number } = {},
): readonly string[] {
  const samples = Array.from({ length: minutes * 6 + 8 }, (_, n) => {
    const sample = sampleAt(n - 1);
    return { ...sample, ...change(sample, n - 1) };
  });
  const endedAt = beganAt + minutes * 60_000;
  const all = { given: { ...given, ...counts.given }, taken: { ...taken, ...counts.taken } };
  return reportOf({ ...all, lost: counts.lost ?? 0, beganAt, endedAt }, samples, []).faults;
}

describe('the report of the load', () => {
  it('is content with a run in which nothing is wrong', () => {
    assert.deepEqual(run(), []);
  });

  for (const [what, fault, counts] of [
    ['a lost mail', '1 mails lost', { lost: 1 }],
    ['a mail that came twice', '1 mails came twice', { taken: { doubled: 1 } }],
    ['an event that was not told', '528000 of 528001 events told', { given: { left: 24_001 } }],
    [
      'a received mail that was not told',
      '23999 of 24000 received mails told',
      { taken: { received: 23_999 } },
    ],
    ['a refusal', '1 requests refused: 500', { given: { refused: 1, refusal: '500' } }],
    ['nothing received', 'nothing was accepted of some kind', { given: { received: 0 } }],
  ] as const)
    it(`names ${what}`, () => {
      assert.deepEqual(run(undefined, counts), [fault]);
    });

  it('names an object that stays from each mail', () => {
    const [fault] = run(({ heapUsed }, index) => ({ heapUsed: heapUsed + index * 2000 * 40 }));
    assert.match(String(fault), /^objects grow by 40/);
  });

  it('names memory that grows elsewhere', () => {
    const [fault] = run(({ rss }, index) => ({ rss: rss + index * 2e6 }));
    assert.match(String(fault), /^memory grew/);
  });

  it('names handles and files that stay open when everything rests again', () => {
    const faults = run(({ at }) => (at > beganAt + minutes * 60_000 ? { handles: 20, files: 50 } : {}));
    assert.deepEqual(faults, ['handles grew from 8 to 20', 'open files grew from 33 to 50']);
  });

  it('names a stall of ours, but not while libraries are loaded', () => {
    const at = (time: number) => run((_, index) => (index === 3 ? { stalls: [{ ...stall, at: time }] } : {}));
    assert.deepEqual(at(stall.at), ['1 stalls of ours']);
    assert.deepEqual(at(beganAt + 1000), []);
  });
});

describe('the cause of a stall of 80 ms', () => {
  for (const [cause, what, parts] of [
    ['ours', 'code that ran', { ran: 80 }],
    ['ours', 'code that ran while woken late', { ran: 60, idle: 70 }],
    ['ours', 'a call that blocked', {}],
    ['garbage', 'a collection', { ran: 75, gc: 70 }],
    ['machine', 'a processor that others had', { waited: 70 }],
    ['machine', 'a thread that slept and was woken late', { idle: 75 }],
  ] as const)
    it(`is ${cause} for ${what}`, () => {
      assert.equal(causeOf({ ...stall, ...parts }), cause);
    });
});
