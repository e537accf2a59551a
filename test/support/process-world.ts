import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import type { World } from '../../nodes/lib/app/world.ts';
import { systemClock } from '../../nodes/lib/kernel/clock.ts';
import { storeWorker } from './sqlite-suppressions.ts';

/** What an app needs of this very process, its store from the sources; trouble fails the test. */
export function processWorld(folder: string, changes: Partial<World> = {}): World {
  return {
    clock: systemClock,
    elapsed: () => performance.now(),
    random: Math.random,
    newId: randomUUID,
    randomBytes,
    keysOf: () => undefined,
    folder,
    storeWorker,
    nodeVersion: process.versions.node,
    onTrouble: ({ message }) => assert.fail(message),
    ...changes,
  };
}
