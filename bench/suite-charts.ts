/** What a suite measured comes in; what its charts show goes out: a chart for each measure of its rows. */
import type { Bar, Chart } from './chart.ts';
import type { SuiteRun } from './measure-suite.ts';
import { amounts, median, ratios, rowResults, sentenceOf } from './row-result.ts';
import type { Measure, Row, Variant } from './suite.ts';

export function suiteCharts(run: SuiteRun): Chart[] {
  const measures = [...new Set(run.suite.rows.map(({ by }) => by))];
  return measures.map((measure) => {
    const name = measures.length === 1 ? run.suite.name : `${run.suite.name}-${measure.name}`;
    return { name, ...chartOf(run, measure) };
  });
}

function chartOf(run: SuiteRun, measure: Measure): Omit<Chart, 'name'> {
  const { suite } = run;
  const rows = suite.rows.filter(({ by }) => by === measure);
  const [{ against: baseline, unit, target } = {} as Row] = rows;
  const shown = suite.variants.filter((variant) => run.results.has(variant));
  const isRatio = unit === undefined && baseline !== undefined;
  const valuesOf = (variant: Variant) => {
    const values = amounts(variant, measure.of, run.results);
    return isRatio ? ratios(values, amounts(baseline, measure.of, run.results)) : values;
  };
  const isCost = unit !== undefined || (target && 'most' in target);
  const better = isCost ? 'shorter is better' : 'longer is better';
  const scale = isRatio ? `${measure.says}, as a multiple of “${baseline.name}”` : measure.says;
  const bars = shown.map((variant) => barOf(variant, rows, valuesOf, isRatio ? '×' : (unit ?? '')));
  const notes = rowResults({ ...run, suite: { ...suite, rows } }).map(sentenceOf);
  return { title: titles[suite.name] ?? suite.name, scale: `${scale}; ${better}`, bars, notes };
}

const titles: Readonly<Record<string, string>> = {
  burst: 'A message per mail, sent over SMTP',
  personal: 'Personal mails from one message, sent over SMTP',
  dkim: 'Mails signed with RSA-2048',
  million: 'One message to very many',
  growth: 'A mail, by how many wait in the outbox',
  filter: 'A look into the suppression list, against the mail it is for',
  import: 'Importing a suppression list',
  'one-click': 'One-click unsubscribing',
  ses: 'Sending over Amazon SES',
  inbound: 'Mail received over SMTP',
  'inbound-large': 'Large mail received over SMTP',
  webhook: 'Webhooks posted',
  postgres: 'Mails that wait in one PostgreSQL database',
  'postgres-afar': 'The same, with a mail server that answers after 20 ms',
  'postgres-queue': 'A queue in PostgreSQL',
  start: 'Node-RED’s start',
};

type ValuesOf = (variant: Variant) => readonly number[];

function barOf(variant: Variant, rows: readonly Row[], valuesOf: ValuesOf, unit: string): Bar {
  const values = valuesOf(variant);
  const value = median(values);
  const targets = rows.filter(({ of }) => of === variant).map((row) => markOf(row, valuesOf));
  return {
    label: variant.name,
    value,
    low: Math.min(...values),
    high: Math.max(...values),
    text: `${Number(value.toPrecision(3))} ${unit}`,
    isOurs: rows.some(({ of }) => of === variant),
    marks: targets.filter((mark) => mark !== undefined && Number.isFinite(mark)) as number[],
  };
}

/** Where the bar would end if it just reached the target. */
function markOf({ against, target, unit }: Row, valuesOf: ValuesOf): number | undefined {
  if (!target) return undefined;
  const aim = 'most' in target ? target.most : target.least;
  if (!against) return aim;
  const theirs = median(valuesOf(against));
  return unit === undefined ? theirs * aim : theirs + aim;
}
