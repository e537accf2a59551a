/**
 * Mails of 40 MB come to an app over SMTP, all at once: each is kept on disk, read, and given to a flow with its
 * attachment. Counts the memory that the process takes for it beyond what it had, for each session. The setting: how many
 * sessions; and `fresh` where the process had small mails only before, and not some of 8 MB.
 *
 * Node lets about 64 MB of what came over a socket lie about before it looks for garbage, and lets its young heap grow to
 * about as much. A process that has worked for a while has that memory already, so nothing is collected here before.
 */
import { fork } from 'node:child_process';
import { benchApp } from '../bench-app.ts';
import { freePort } from '../free-port.ts';
import { loadFromArguments, print, take } from '../measured.ts';
import { startRuntime } from '../node-red-runtime.ts';
import { watchPeak } from '../peak-memory.ts';

const smallMail = 100_000;
const ordinaryMail = 8_000_000;
const largeMail = 39_800_000;

const load = loadFromArguments();
const [sessions = 0] = load.setting.split(' ').map(Number);
const isFresh = load.setting.endsWith('fresh');
const receiverPort = await freePort();
const receiver = { receiverHost: 'mx.b.example', receiverAddress: '127.0.0.1', receiverPort };
const runtime = await startRuntime(
  '..',
  [
    { id: 'tab', type: 'tab' },
    { ...benchApp(load.port), inboundSmtp: true, ...receiver },
    { id: 'in', type: 'inbound-email', z: 'tab', app: 'app', wires: [['end'], []] },
    { id: 'end', type: 'debug', z: 'tab', active: false, complete: 'false', wires: [] },
  ],
  load.folder,
);
const { mailRoom } = await runtime.app('app');
const sender = fork(new URL('../large-mail-sender.ts', import.meta.url), [
  `${receiverPort}`,
  `${mailRoom.forwardingAddress}`,
]);

async function receive(bytes: number): Promise<number> {
  const taken = runtime.completed(sessions);
  sender.send({ bytes, sessions });
  await taken;
  return sessions;
}

for (let mail = 0; mail < load.warmUp; mail++) await receive(isFresh ? smallMail : ordinaryMail);
const peak = watchPeak(false);
const measured = await take({ ...load, warmUp: 0 }, () => receive(largeMail));
print({ ...measured, peakMegabytes: peak() / sessions });
process.exit(0);
