/**
 * `npm run bench`: every row is a ratio of two variants measured side by side in this run, the median of interleaved
 * rounds. Absolute numbers are printed for curiosity only. `--json` prints one line per row and exits 1 on a miss;
 * `--only <suite>` runs one suite; `--entries <n>` fills a shorter suppression list.
 */
import { spawn, spawnSync } from 'node:child_process';
import { cp, mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { benchAppId } from './bench-app.ts';
import { filledList } from './filled-list.ts';
import { type Measured, warmUpOf } from './measured.ts';
import { costOf, type Row, rateOf, type Suite, suites, type Variant } from './suites.ts';

const { values: given } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    only: { type: 'string' },
    entries: { type: 'string', default: '10000000' },
  },
});
const entries = Number(given.entries);
const chosen = suites(entries).filter(({ name }) => given.only === undefined || name === given.only);
if (chosen.length === 0) throw new Error(`there is no suite “${given.only}”`);
if (!Number.isInteger(entries) || entries < 1000) throw new Error('--entries takes a number from 1000 on');

const say = (line: string): void => {
  if (!given.json) console.log(line);
};

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

async function startSink(file: Suite['sink']) {
  const sink = spawn(process.execPath, [here(`./${file}.ts`)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: sink.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<number> => Number((await lines.next()).value);
  const port = await next();
  return {
    port,
    taken: (): Promise<number> => {
      sink.stdin.write('\n');
      return next();
    },
    stop: () => sink.stdin.end(),
  };
}

type Sink = Awaited<ReturnType<typeof startSink>>;

/** In a folder of its own, with a copy of the long list where that is asked for. */
async function runVariant(variant: Variant, count: number, port: number): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), 'email-app-bench-'));
  try {
    if (variant.onFilledList) {
      await copyToDisk(await filledList(entries, console.error), join(folder, 'email-app', benchAppId));
    }
    return await runChild(variant, [port, count, folder]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** All written when it resolves: otherwise the first fsync of the variant would do it, on the variant's account. */
async function copyToDisk(list: string, folder: string): Promise<void> {
  await cp(list, folder, { recursive: true });
  const copy = await open(join(folder, 'app.sqlite'), 'r+');
  await copy.sync().finally(() => copy.close());
}

async function runChild({ name, file }: Variant, load: readonly (string | number)[]): Promise<Measured> {
  const child = spawn(process.execPath, [here(`./variants/${file}.ts`), ...load.map(String)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let measured: Measured | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('measured ')) measured = JSON.parse(line.slice('measured '.length));
  }
  if (!measured || child.exitCode) throw new Error(`${name} ended without a result`);
  return measured;
}

type Results = ReadonlyMap<Variant, Measured[]>;

/** Every other round goes backwards. All mails must reach the sink: a fast sender that loses some has not won. */
async function measureAll({ variants, count, rounds }: Suite, sink: Sink): Promise<Results> {
  const results = new Map<Variant, Measured[]>(variants.map((variant) => [variant, []]));
  for (let round = 1; round <= rounds; round++) {
    for (const variant of round % 2 === 0 ? variants.toReversed() : variants) {
      const before = await sink.taken();
      const measured = await runVariant(variant, count, sink.port);
      const arrived = (await sink.taken()) - before;
      const sent = variant.arriving(count) + variant.arriving(warmUpOf(count));
      if (arrived !== sent) throw new Error(`${variant.name}: ${sent} sent, ${arrived} arrived`);
      results.get(variant)?.push(measured);
      say(`round ${round}/${rounds}  ${variant.name.padEnd(16)} ${describe(measured)}`);
    }
  }
  return results;
}

function describe(measured: Measured): string {
  const [rate, cost] = [rateOf(measured).toFixed(0), costOf(measured).toFixed(1)];
  return `${rate.padStart(6)} a second  ${cost.padStart(6)} µs CPU each`;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** The ratio round by round, then its median: what drifts with the machine drifts for both. */
function ratioOf({ of, against, by }: Row, results: Results): number {
  const ours = results.get(of) ?? [];
  const theirs = results.get(against) ?? [];
  return median(ours.map((measured, round) => by(measured) / by(theirs[round] as Measured)));
}

/** What is measured is what would be published. */
function build(): void {
  const { status } = spawnSync(process.execPath, [here('../build.mjs')], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) process.exit(1);
}

/** False for a miss that the page on performance does not explain. */
function report(row: Row, results: Results, explained: string): boolean {
  const exact = ratioOf(row, results);
  const ratio = Number(exact.toFixed(4));
  const [bound, target] = 'most' in row.target ? ['most', row.target.most] : ['least', row.target.least];
  const ok = bound === 'most' ? exact <= target : exact >= target;
  if (given.json) console.log(JSON.stringify({ name: row.name, ratio, target, bound, ok }));
  else console.log(`${ok ? '✓' : '✗'} ${row.name}: ${ratio} × (at ${bound} ${target} ×)`);
  return ok || explained.includes(row.name);
}

build();
const explained = await readFile(here('../docs/performance.md'), 'utf8').catch(() => '');
for (const suite of chosen) {
  const sink = await startSink(suite.sink);
  const results = await measureAll(suite, sink);
  sink.stop();
  for (const row of suite.rows) if (!report(row, results, explained)) process.exitCode = 1;
}
