/** What a variant prints when it is done: one line of JSON. */
export interface Measured {
  /** Mails that left, requests that were answered, or whatever the suite counts. */
  readonly done: number;
  readonly seconds: number;
  /** user and system CPU of the measured process, all its threads; of another program unknown */
  readonly cpuMicroseconds?: number;
  /** MB beyond what the process had before, at the highest */
  readonly peakMegabytes?: number;
  /** seconds until the sink had the first mail whole */
  readonly firstAfter?: number;
  /** Mails handed over in all, where that is not known before. */
  readonly sent?: number;
}

export interface Load {
  /** of the mail server */
  readonly port: number;
  readonly count: number;
  /** as many before what is measured */
  readonly warmUp: number;
  /** a folder of this variant's own */
  readonly folder: string;
  /** What tells this variant from others of its file. */
  readonly setting: string;
}

/** Runs `work` once to warm up and once measured, and prints the result; `work` resolves to what it got done. */
export async function measure(load: Load, work: (count: number) => Promise<number>): Promise<void> {
  print(await take(load, work));
}

/** The same without printing. */
export async function take(load: Load, work: (count: number) => Promise<number>): Promise<Measured> {
  if (load.warmUp > 0) await work(load.warmUp);
  const cpu = process.cpuUsage();
  const start = performance.now();
  const done = await work(load.count);
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  return { done, seconds, cpuMicroseconds: user + system };
}

export function print(measured: Measured): void {
  console.log(`measured ${JSON.stringify(measured)}`);
}

export function loadFromArguments(): Load {
  const [port, count, warmUp, folder, setting] = process.argv.slice(2);
  return {
    port: Number(port),
    count: Number(count),
    warmUp: Number(warmUp),
    folder: String(folder),
    setting: setting ?? '',
  };
}
