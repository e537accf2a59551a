/** What a variant prints when it is done: one line of JSON. */
export interface Measured {
  /** Mails that left, or requests that were answered. */
  readonly done: number;
  readonly seconds: number;
  /** user and system CPU of the measured process, all its threads */
  readonly cpuMicroseconds: number;
}

export interface Load {
  /** of the mail server */
  readonly port: number;
  readonly count: number;
  /** a folder of this variant's own */
  readonly folder: string;
}

/** A fifth of the load comes before what is measured. */
export const warmUpOf = (count: number): number => Math.ceil(count / 5);

/** Runs `work` once to warm up and once measured, and prints the result; `work` resolves to what it got done. */
export async function measure(load: Load, work: (count: number) => Promise<number>): Promise<void> {
  await work(warmUpOf(load.count));
  const cpu = process.cpuUsage();
  const start = performance.now();
  const done = await work(load.count);
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const measured: Measured = { done, seconds, cpuMicroseconds: user + system };
  console.log(`measured ${JSON.stringify(measured)}`);
}

export function loadFromArguments(): Load {
  const [port, count, folder] = process.argv.slice(2);
  return { port: Number(port), count: Number(count), folder: String(folder) };
}
