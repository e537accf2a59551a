/** What was measured comes in; what each row says goes out. */

import type { SuiteRun } from './measure-suite.ts';
import type { Measured } from './measured.ts';
import type { Row, Variant } from './suite.ts';

export interface RowResult {
  readonly name: string;
  /** `×` of a ratio */
  readonly unit: string;
  /** left out where it was skipped */
  readonly value?: number;
  readonly bound?: 'least' | 'most';
  readonly target?: number;
  /** true, too, where there is no target and where it was skipped */
  readonly ok: boolean;
  /** What it needs that is not there. */
  readonly skipped?: string;
}

export const rowResults = ({ suite, results }: SuiteRun): RowResult[] =>
  suite.rows.map((row) => rowResult(row, results));

type Results = SuiteRun['results'];

function rowResult(row: Row, results: Results): RowResult {
  const { name, of, against, unit = '×', target } = row;
  const skipped = of.lacks?.() ?? against?.lacks?.();
  const aim = target && ('most' in target ? bounded('most', target.most) : bounded('least', target.least));
  if (skipped !== undefined) return { name, unit, ...aim, ok: true, skipped };
  const exact = worth(row, results);
  const ok = !aim || (aim.bound === 'most' ? exact <= aim.target : exact >= aim.target);
  return { name, unit, value: Number(exact.toPrecision(4)), ...aim, ok };
}

const bounded = (bound: 'least' | 'most', target: number) => ({ bound, target });

/** A ratio is taken round by round, then its median: what drifts with the machine drifts for both. */
function worth({ of, against, by, unit }: Row, results: Results): number {
  const ours = amounts(of, by.of, results);
  if (!against) return median(ours);
  const theirs = amounts(against, by.of, results);
  return unit === undefined ? median(ratios(ours, theirs)) : median(ours) - median(theirs);
}

export function amounts(variant: Variant, by: (measured: Measured) => number, results: Results): number[] {
  return (results.get(variant) ?? []).map(by);
}

export function ratios(ours: readonly number[], theirs: readonly number[]): number[] {
  return ours.map((value, round) => value / (theirs[round] ?? Number.NaN));
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Keeps a number and its unit on one line. */
const glue = '\u00a0';

/** A line for people. */
export function sentenceOf({ name, unit, value, bound, target, ok, skipped }: RowResult): string {
  if (skipped !== undefined) return `– ${name}: skipped: needs ${skipped}`;
  if (bound === undefined) return `  ${name}: ${value}${glue}${unit}`;
  const aim = ['(at', bound, target, `${unit})`].join(glue);
  return `${ok ? '✓' : '✗'} ${name}: ${value}${glue}${unit} ${aim}`;
}
