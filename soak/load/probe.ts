/**
 * Loaded into the process that is watched, before anything else there: every so often a line of JSON of its memory, its
 * handles and its event loop. What forces a collection to weigh the objects stands outside of what is measured.
 */
import { appendFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { Session } from 'node:inspector';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isMainThread } from 'node:worker_threads';
import { askOwnDns } from './own-dns.ts';
import type { ProbeSample } from './sample.ts';
import { watchStalls } from './stalls.ts';

const { SOAK_SAMPLES: file = '', SOAK_APP: folder, SOAK_PROFILE: profile, SOAK_DNS: dns } = process.env;
const every = Number(process.env.SOAK_EVERY);

/** `gone` while the folder is not there yet. */
function orNone<Result>(look: () => Result, gone: Result): Result {
  try {
    return look();
  } catch {
    return gone;
  }
}

function probe(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const delay = monitorEventLoopDelay({ resolution: 10 });
  const stalls = watchStalls();
  const inMs = (nanoseconds: number): number => Math.round(nanoseconds / 1e4) / 100;
  let cpu = process.cpuUsage();
  delay.enable();
  const sample = (): void => {
    delay.disable();
    const { user, system } = process.cpuUsage(cpu);
    const loop = { p50: inMs(delay.percentile(50)), p99: inMs(delay.percentile(99)), max: inMs(delay.max) };
    const found = stalls.take();
    collect();
    const { rss, heapUsed, external, arrayBuffers } = process.memoryUsage();
    const line: ProbeSample = {
      ...{ at: Date.now(), rss, heapUsed, external, arrayBuffers, loop },
      stalls: found,
      cpu: (user + system) / 1000 / every,
      handles: process.getActiveResourcesInfo().length,
      files: orNone(() => readdirSync('/proc/self/fd').length, 0),
      log: folder ? orNone(() => statSync(join(folder, 'app.sqlite-wal')).size, 0) : 0,
      database: folder ? orNone(() => statSync(join(folder, 'app.sqlite')).size, 0) : 0,
      spool: folder ? orNone(() => readdirSync(join(folder, 'spool')).length, 0) : 0,
    };
    appendFileSync(file, `${JSON.stringify(line)}\n`);
    cpu = process.cpuUsage();
    delay.reset();
    delay.enable();
    stalls.goOn();
  };
  setInterval(sample, every).unref();
}

/** Written when it ends by itself. */
function profileTo(path: string): void {
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.setSamplingInterval', { interval: 1000 });
  session.post('Profiler.start');
  process.on('exit', () => {
    session.post('Profiler.stop', (_, result) => writeFileSync(path, JSON.stringify(result?.profile)));
  });
}

if (isMainThread && file !== '') {
  if (dns) askOwnDns(dns);
  if (profile) profileTo(profile);
  probe();
}
