import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Measured } from '../../bench/measured.ts';
import { rowResults, sentenceOf } from '../../bench/row-result.ts';
import { smtpDialogue } from '../../bench/smtp-dialogue.ts';
import { all, type Row, rate, time, type Variant } from '../../bench/suite.ts';
import { suiteCharts } from '../../bench/suite-charts.ts';
import { suites } from '../../bench/suites.ts';
import { has } from './project.ts';

const mail = fc
  .array(fc.constantFrom('..', 'a', '.b', '', '\r', '\n.\n', 'QUIT', 'DATA', '.\r'), { maxLength: 8 })
  .map(
    (lines) =>
      `MAIL FROM:<a@b.c>\r\nRCPT TO:<d@e.f>\r\ndata\r\n${lines.map((line) => `${line}\r\n`).join('')}.\r\n`,
  );

describe('the mail server that the bench sends to', () => {
  it('counts whole mails and answers each command, wherever the bytes are cut', () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(fc.array(mail, { maxLength: 4 }), cuts, (mails, lengths) => {
        const heard: string[] = [];
        const note = (what: string) => () => `${heard.push(what)}\n`;
        const answersTo = smtpDialogue({ accept: note('mail'), reply: (command) => note(command)() });
        const bytes = Buffer.from(`${mails.join('')}QUIT\r\n`);
        let answers = '';
        for (let at = 0, turn = 0; at < bytes.length; turn++) {
          const end = at + (lengths[turn % lengths.length] ?? 1);
          answers += answersTo(bytes.subarray(at, end));
          at = end;
        }
        const each = ['MAIL FROM:<A@B.C>', 'RCPT TO:<D@E.F>', 'DATA', 'mail'];
        assert.deepEqual(heard, [...mails.flatMap(() => each), 'QUIT']);
        assert.equal(answers.split('\n').length - 1, heard.length);
      }),
    );
  });

  it('does not count a mail whose end never came', () => {
    let mails = 0;
    const answersTo = smtpDialogue({ accept: () => `${++mails}`, reply: () => '' });
    answersTo(Buffer.from('DATA\r\nhello\r\n.'));
    assert.equal(mails, 0);
    answersTo(Buffer.from('\r\n'));
    assert.equal(mails, 1);
  });
});

const theirs: Variant = { name: 'theirs', file: 'none', arriving: all };
const ours: Variant = { name: 'ours', file: 'none', arriving: all };
const absent: Variant = { name: 'absent', file: 'none', arriving: all, lacks: () => 'a program' };

const taking = (...seconds: number[]): Measured[] => seconds.map((one) => ({ done: 1, seconds: one }));

function run(row: Pick<Row, 'of' | 'by'> & Partial<Row>) {
  const suite = {
    name: 'any',
    sink: 'smtp-sink',
    count: 1,
    rounds: 3,
    variants: [theirs, ours, absent],
  } as const;
  const results = new Map([
    [theirs, taking(1, 10, 3)],
    [ours, taking(4, 5, 1)],
  ]);
  return { suite: { ...suite, rows: [{ name: 'row', ...row }] }, results };
}

const resultOf = (row: Parameters<typeof run>[0]) => rowResults(run(row))[0];

describe('a row of the bench', () => {
  it('is the median of the ratios of each round, not the ratio of medians', () => {
    const row = { of: ours, against: theirs, by: rate, target: { least: 2 } };
    assert.deepEqual(resultOf(row), {
      name: 'row',
      unit: '×',
      value: 2,
      bound: 'least',
      target: 2,
      ok: true,
    });
    assert.equal(resultOf({ ...row, target: { least: 2.1 } })?.ok, false);
  });

  it('is, where less is better, missed above its target', () => {
    const row = { of: ours, against: theirs, by: time };
    assert.equal(resultOf({ ...row, target: { most: 0.5 } })?.ok, true);
    assert.equal(resultOf({ ...row, target: { most: 0.4 } })?.ok, false);
  });

  it('is an amount, or the difference of medians, where it has a unit', () => {
    assert.equal(resultOf({ of: ours, by: time, unit: 's', target: { most: 2 } })?.value, 4);
    assert.equal(resultOf({ of: ours, against: theirs, by: time, unit: 's' })?.value, 1);
  });

  it('is skipped, and says why, where something is not there', () => {
    const skipped = resultOf({ of: ours, against: absent, by: rate, target: { least: 1 } });
    assert.ok(skipped?.ok && skipped.value === undefined);
    assert.equal(sentenceOf(skipped), '– row: skipped: needs a program');
  });
});

describe('the charts of a suite', () => {
  it('show each variant that ran as a multiple of the baseline, and where the target is', () => {
    const [chart] = suiteCharts(run({ of: ours, against: theirs, by: rate, target: { least: 3 } }));
    assert.deepEqual(
      chart?.bars.map(({ label, value, low, high, marks }) => ({ label, value, low, high, marks })),
      [
        { label: 'theirs', value: 1, low: 1, high: 1, marks: [] },
        { label: 'ours', value: 2, low: 0.25, high: 3, marks: [3] },
      ],
    );
  });
});

describe('the suites of the bench', () => {
  const known = suites({ entries: 1000, recipients: 1000 });

  it('have variants that exist, and rows about these', () => {
    for (const { name, variants, rows } of known) {
      for (const { file } of variants) assert.ok(has(`bench/variants/${file}.ts`), file);
      for (const { of, against } of rows)
        assert.ok(variants.includes(of) && (!against || variants.includes(against)), name);
    }
  });

  it('have names of their own, and so have all rows', () => {
    for (const names of [
      known.map(({ name }) => name),
      known.flatMap(({ rows }) => rows.map(({ name }) => name)),
    ])
      assert.equal(new Set(names).size, names.length);
  });
});
