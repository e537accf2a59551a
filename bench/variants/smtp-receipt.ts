/** Our receiver in front of an app's queue: each mail is on disk when it is acknowledged. */

import { smtpReceivers } from '../../nodes/lib/inbound/smtp-receiver.ts';
import { usualLimits } from '../../nodes/lib/inbound/smtp-sessions.ts';
import { systemClock } from '../../nodes/lib/kernel/clock.ts';
import { openStore } from '../../nodes/lib/store/open-store.ts';
import { sqliteInboundQueue } from '../../nodes/lib/store/sqlite-inbound-queue.ts';
import { loadFromArguments, measure } from '../measured.ts';
import { smtpLoad } from '../smtp-load.ts';

const load = loadFromArguments();
const store = await openStore({
  folder: load.folder,
  workerFile: new URL('../../nodes/lib/store/store-worker.ts', import.meta.url),
  now: Date.now(),
  unknown: 'hold',
  maxWaiting: 1,
  nodeVersion: process.versions.node,
});
const queue = sqliteInboundQueue(store, load.folder);
const { port } = await smtpReceivers({ ...usualLimits, perAddress: 100, mails: 1e9 }).open(
  { host: 'mx.b.example', address: '127.0.0.1', port: 0, addresses: [] },
  {
    appId: 'benchbenchbench1',
    forwardingAddress: 'in@mx.b.example',
    queue,
    maxMailBytes: 40_000_000,
    clock: systemClock,
    onTrouble(error) {
      throw error;
    },
  },
);
await measure(load, smtpLoad(port).send);
const { waiting } = await queue.counts();
const total = load.warmUp + load.count;
if (waiting !== total) throw new Error(`${total} taken, ${waiting} on disk`);
process.exit(0);
