/**
 * `npm run bench`: rows are ratios of two variants measured side by side in this run, medians of interleaved rounds, and
 * some amounts. Absolute rates are printed for curiosity only. Options:
 *
 *   --only <suite>      that suite alone
 *   --rounds <n>        as many instead of the usual ones
 *   --entries <n>       on the filled suppression list, and of the list that is imported
 *   --recipients <n>    of the largest message, and mails waiting in the fuller outbox
 *   --json              a line of JSON per row; exits 1 on a miss that docs/performance.md does not explain
 *   --charts            draws docs/pictures/bench-*.svg
 *   --save <file>       keeps what rows and charts say, beside what the file has of other suites
 *   --charts-from <file>  draws what was kept, and measures nothing
 *   --no-build          takes dist as it is
 */
import { spawnSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Chart, drawChart } from './chart.ts';
import { measureSuite } from './measure-suite.ts';
import { type RowResult, rowResults, sentenceOf } from './row-result.ts';
import { suiteCharts } from './suite-charts.ts';
import { suites } from './suites.ts';

const { values: given } = parseArgs({
  allowNegative: true,
  options: {
    only: { type: 'string' },
    rounds: { type: 'string' },
    entries: { type: 'string', default: '10000000' },
    recipients: { type: 'string', default: '1000000' },
    json: { type: 'boolean', default: false },
    charts: { type: 'boolean', default: false },
    save: { type: 'string' },
    'charts-from': { type: 'string' },
    build: { type: 'boolean', default: true },
  },
});

/** What a run keeps of a suite. */
interface Kept {
  readonly rows: readonly RowResult[];
  readonly charts: readonly Chart[];
}

type KeptSuites = Readonly<Record<string, Kept>>;

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

if (given['charts-from'] !== undefined) await drawAll(await readKept(given['charts-from']));
else await measureAll();

async function measureAll(): Promise<void> {
  const chosen = chooseSuites();
  if (given.build) build();
  const explained = await readFile(here('../docs/performance.md'), 'utf8').catch(() => '');
  for (const suite of chosen) {
    const run = await measureSuite(suite, (line) => given.json || console.log(line));
    const kept = { [suite.name]: { rows: rowResults(run), charts: suiteCharts(run) } };
    for (const row of rowResults(run)) report(row, explained);
    if (given.charts) await drawAll(kept);
    if (given.save !== undefined) await save(given.save, kept);
  }
}

function chooseSuites() {
  const sizes = { entries: atLeast('entries', 1000), recipients: atLeast('recipients', 1000) };
  const chosen = suites(sizes).filter(({ name }) => given.only === undefined || name === given.only);
  if (chosen.length === 0) throw new Error(`there is no suite “${given.only}”`);
  if (given.rounds === undefined) return chosen;
  const rounds = atLeast('rounds', 1);
  return chosen.map((suite) => ({ ...suite, rounds }));
}

function atLeast(option: 'entries' | 'recipients' | 'rounds', least: number): number {
  const value = Number(given[option]);
  if (Number.isInteger(value) && value >= least) return value;
  throw new Error(`--${option} takes a number from ${least} on`);
}

/** What is measured is what would be published. */
function build(): void {
  const { status } = spawnSync(process.execPath, [here('../build.mjs')], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) process.exit(1);
}

function report(row: RowResult, explained: string): void {
  console.log(given.json ? JSON.stringify(row) : sentenceOf(row));
  if (!row.ok && !explained.includes(row.name)) process.exitCode = 1;
}

async function drawAll(kept: KeptSuites): Promise<void> {
  const folder = here('../docs/pictures');
  await mkdir(folder, { recursive: true });
  for (const chart of Object.values(kept).flatMap(({ charts }) => charts))
    await writeFile(`${folder}/bench-${chart.name}.svg`, drawChart(chart));
}

async function save(file: string, kept: KeptSuites): Promise<void> {
  const before = await readKept(file).catch(() => ({}));
  await writeFile(file, `${JSON.stringify({ ...before, ...kept }, null, 1)}\n`);
}

async function readKept(file: string): Promise<KeptSuites> {
  return JSON.parse(await readFile(file, 'utf8'));
}
