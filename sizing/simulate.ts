/** A scenario comes in; what came of it goes out. The same scenario always ends the same. */
import type { Result, Scenario } from './scenario.ts';
import { World } from './world.ts';

/** Beside the pool of each machine: its lease, its claims, what it hears. */
const connectionsBeside = 3;

export function simulate(scenario: Scenario): Result {
  const world = new World(scenario);
  world.start();
  world.timeline.runUntil(scenario.seconds * 1000);
  return resultOf(world, scenario);
}

function resultOf(world: World, { seconds, store, machines, isOneHost }: Scenario): Result {
  const { asked, sent, unknown, provider, backlog, latencies, databaseHost, database } = world;
  const coresOf = (worked: number) => worked / seconds / 1000;
  const hosts = [...new Set(world.hosts)];
  const sorted = latencies.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
  const isShared = store === 'postgres';
  return {
    ...{ asked, sent, unknown },
    waiting: backlog.size,
    held: world.held,
    taken: provider.taken,
    perSecond: sent / seconds,
    peak: Math.max(0, ...provider.asked.values()),
    latency: { median: at(0.5), p99: at(0.99), count: sorted.length },
    machineCores: coresOf(hosts.reduce((sum, { worked }) => sum + worked, 0)),
    databaseCores: isShared && !isOneHost ? coresOf(databaseHost.worked) : 0,
    connections: isShared ? world.connections + machines * connectionsBeside : 0,
    commitsPerSecond: isShared ? database.syncs / seconds : 0,
  };
}
