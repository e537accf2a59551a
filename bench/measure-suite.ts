/** Runs a suite: its variants in turn, each in a process and folder of its own, in front of one sink. */
import { spawn } from 'node:child_process';
import { cp, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { benchAppId } from './bench-app.ts';
import type { Measured } from './measured.ts';
import { cpu, rate, type Suite, type Tell, type Variant } from './suite.ts';

export interface SuiteRun {
  readonly suite: Suite;
  /** One for each round; none of a variant that was skipped. */
  readonly results: ReadonlyMap<Variant, readonly Measured[]>;
}

export async function measureSuite(suite: Suite, say: Tell): Promise<SuiteRun> {
  const sink = await startSink(suite.sink);
  const running = suite.variants.filter((variant) => !variant.lacks?.());
  const results = new Map<Variant, Measured[]>(running.map((variant) => [variant, []]));
  const width = Math.max(...running.map(({ name }) => name.length));
  for (let round = 1; round <= suite.rounds; round++) {
    // every other round goes backwards
    for (const variant of round % 2 === 0 ? running.toReversed() : running) {
      const { measured, sinkCost } = await runBefore(sink, suite, variant);
      results.get(variant)?.push(measured);
      const described = describe(measured, sinkCost);
      say(`${suite.name} ${round}/${suite.rounds}  ${variant.name.padEnd(width)} ${described}`);
    }
  }
  sink.stop();
  return { suite, results };
}

interface Round {
  readonly measured: Measured;
  /** µs of CPU for each mail; NaN if none arrived */
  readonly sinkCost: number;
}

/** All mails must reach the sink: a fast sender that loses some has not won. */
async function runBefore(sink: Sink, suite: Suite, variant: Variant): Promise<Round> {
  const count = Math.min(variant.count ?? suite.count, suite.count);
  const warmUp = suite.warmUp ?? Math.ceil(count / 5);
  const before = await sink.state();
  const measured = await runVariant(variant, [sink.port, count, warmUp]);
  const after = await sink.state();
  const arrived = after.taken - before.taken;
  const sent = variant.arriving ? variant.arriving(count) + variant.arriving(warmUp) : measured.sent;
  if (arrived !== sent) throw new Error(`${variant.name}: ${sent} sent, ${arrived} arrived`);
  return { measured, sinkCost: (after.cpuMicroseconds - before.cpuMicroseconds) / arrived };
}

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

async function startSink(file: Suite['sink']) {
  const sink = spawn(process.execPath, [here(`./${file}.ts`)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: sink.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<number[]> =>
    String((await lines.next()).value)
      .split(' ')
      .map(Number);
  const [port = 0] = await next();
  return {
    port,
    async state() {
      sink.stdin.write('\n');
      const [taken = 0, cpuMicroseconds = 0] = await next();
      return { taken, cpuMicroseconds };
    },
    stop: () => sink.stdin.end(),
  };
}

type Sink = Awaited<ReturnType<typeof startSink>>;

async function runVariant(variant: Variant, load: readonly number[]): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), 'email-app-bench-'));
  try {
    const filled = await variant.startsFrom?.(console.error);
    if (filled !== undefined) await copyToDisk(filled, join(folder, 'email-app', benchAppId));
    return await runChild(variant, [...load, folder, variant.setting ?? '']);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** All written when it resolves: otherwise the first fsync of the variant would do it, on the variant's account. */
async function copyToDisk(filled: string, folder: string): Promise<void> {
  await cp(filled, folder, { recursive: true });
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

function describe(measured: Measured, sinkCost: number): string {
  const { peakMegabytes, firstAfter } = measured;
  const facts = [
    `${number(rate.of(measured), 9)} a second`,
    `${number(cpu.of(measured), 9)} µs CPU each`,
    peakMegabytes !== undefined && `${peakMegabytes.toFixed(1)} MB more`,
    firstAfter !== undefined && `first mail after ${firstAfter.toFixed(2)} s`,
    Number.isFinite(sinkCost) && `sink ${sinkCost.toFixed(1)} µs`,
  ];
  return facts.filter(Boolean).join('  ');
}

function number(value: number, width: number): string {
  return (Number.isFinite(value) ? value.toPrecision(4) : '–').padStart(width);
}
