/**
 * `npm run bench`: every row is a ratio of two variants measured side by side in this run, the median of interleaved
 * rounds. Absolute numbers are printed for curiosity only. `--json` prints one line per row and exits 1 on a miss.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Measured } from './measured.ts';

const rounds = 5;
const mailsPerRound = 3000;

const variants = ['stock-node', 'nodemailer-pool', 'send-email'] as const;
type Variant = (typeof variants)[number];

interface Row {
  readonly name: string;
  readonly of: Variant;
  readonly against: Variant;
  readonly target: number;
}

const rows: readonly Row[] = [
  {
    name: 'send-email, durable / node-red-node-email, burst',
    of: 'send-email',
    against: 'stock-node',
    target: 1.5,
  },
  {
    name: 'send-email, durable / nodemailer pool of 20',
    of: 'send-email',
    against: 'nodemailer-pool',
    target: 1,
  },
];

const json = process.argv.includes('--json');
const say = (line: string): void => {
  if (!json) console.log(line);
};

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

async function startSink() {
  const sink = spawn(process.execPath, [here('./smtp-sink.ts')], { stdio: ['pipe', 'pipe', 'inherit'] });
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

async function runVariant(variant: Variant, port: number): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), 'email-app-bench-'));
  const child = spawn(
    process.execPath,
    [here(`./variants/${variant}.ts`), `${port}`, `${mailsPerRound}`, folder],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let measured: Measured | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('measured ')) measured = JSON.parse(line.slice('measured '.length));
  }
  await rm(folder, { recursive: true, force: true });
  if (!measured) throw new Error(`${variant} ended without a result`);
  return measured;
}

/** All mails must have reached the sink: a fast sender that loses some has not won. */
async function measureAll(): Promise<Map<Variant, Measured[]>> {
  const results = new Map<Variant, Measured[]>(variants.map((variant) => [variant, []]));
  const sink = await startSink();
  for (let round = 1; round <= rounds; round++) {
    for (const variant of variants) {
      const before = await sink.taken();
      const measured = await runVariant(variant, sink.port);
      const arrived = (await sink.taken()) - before;
      const sent = mailsPerRound + Math.ceil(mailsPerRound / 5);
      if (arrived !== sent) throw new Error(`${variant}: ${sent} sent, ${arrived} arrived`);
      results.get(variant)?.push(measured);
      say(`round ${round}/${rounds}  ${variant.padEnd(16)} ${describe(measured)}`);
    }
  }
  sink.stop();
  return results;
}

const rateOf = ({ mails, seconds }: Measured): number => mails / seconds;
const costOf = ({ mails, cpuMicroseconds }: Measured): number => cpuMicroseconds / mails;

function describe(measured: Measured): string {
  return `${rateOf(measured).toFixed(0).padStart(6)} mails/s  ${costOf(measured).toFixed(0).padStart(5)} µs CPU each`;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** The ratio round by round, then its median: what drifts with the machine drifts for both. */
function ratioOf({ of, against }: Row, results: Map<Variant, Measured[]>): number {
  const ours = results.get(of) ?? [];
  const theirs = results.get(against) ?? [];
  return median(ours.map((measured, round) => rateOf(measured) / rateOf(theirs[round] as Measured)));
}

/** What is measured is what would be published. */
function build(): void {
  const { status } = spawnSync(process.execPath, [here('../build.mjs')], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) process.exit(1);
}

build();
const results = await measureAll();
const explained = await readFile(here('../docs/performance.md'), 'utf8').catch(() => '');
let missed = false;
say('');
for (const row of rows) {
  const ratio = Number(ratioOf(row, results).toFixed(2));
  const ok = ratio >= row.target;
  if (!ok && !explained.includes(row.name)) missed = true;
  if (json) console.log(JSON.stringify({ name: row.name, ratio, target: row.target, ok }));
  else console.log(`${ok ? '✓' : '✗'} ${row.name}: ${ratio} × (target ${row.target} ×)`);
}
process.exitCode = missed ? 1 : 0;
