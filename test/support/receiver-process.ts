/** A receiver in a process of its own; tells its port, and for each line it reads the most memory it ever had, in bytes. */
import { createInterface } from 'node:readline';
import { smtpReceivers } from '../../nodes/lib/inbound/smtp-receiver.ts';
import { systemClock } from '../../nodes/lib/kernel/clock.ts';
import { openTestQueue } from './sqlite-inbound.ts';

const [folder = ''] = process.argv.slice(2);
const { queue, close } = await openTestQueue(folder);
const receiver = await smtpReceivers().open(
  { host: 'mx.b.example', address: '127.0.0.1', port: 0, addresses: [] },
  {
    appId: 'app00001',
    forwardingAddress: 'in@mx.b.example',
    queue,
    maxMailBytes: 41_000_000,
    clock: systemClock,
    onTrouble(error) {
      throw error;
    },
  },
);
console.log(receiver.port);
for await (const _line of createInterface({ input: process.stdin }))
  console.log(process.resourceUsage().maxRSS * 1024);
await receiver.close();
await close();
