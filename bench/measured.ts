/** What a variant prints when it is done: one line of JSON. */
export interface Measured {
  readonly mails: number;
  readonly seconds: number;
  /** user and system CPU of the sending process, all its threads */
  readonly cpuMicroseconds: number;
}

export interface Load {
  readonly port: number;
  readonly mails: number;
  /** a folder of this run's own */
  readonly folder: string;
}

/** Runs `send` once to warm up and once measured, and prints the result. */
export async function measure(load: Load, send: (count: number) => Promise<void>): Promise<void> {
  await send(Math.ceil(load.mails / 5));
  const cpu = process.cpuUsage();
  const start = performance.now();
  await send(load.mails);
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const measured: Measured = { mails: load.mails, seconds, cpuMicroseconds: user + system };
  console.log(`measured ${JSON.stringify(measured)}`);
}

export function loadFromArguments(): Load {
  const [port, mails, folder] = process.argv.slice(2);
  return { port: Number(port), mails: Number(mails), folder: String(folder) };
}
