/** One message to very many with values of their own: the memory that it takes, and how soon the first mail is out. */
import { firstMailAt } from '../first-mail.ts';
import { loadFromArguments, print, take } from '../measured.ts';
import { startRuntime } from '../node-red-runtime.ts';
import { watchPeak } from '../peak-memory.ts';
import { personalFlow, personalMessage } from '../personal-message.ts';
import { settledMails } from '../settled-mails.ts';

const load = loadFromArguments();
const runtime = await startRuntime('..', personalFlow(load.port), load.folder);
const app = await runtime.app('app');

async function send(message: ReturnType<typeof personalMessage>): Promise<number> {
  const sent = settledMails(app, message.to.length);
  // what the node takes out of its message stays in this one, so that its memory is not given back meanwhile
  runtime.node('mail').receive({ ...message });
  return sent;
}

await send(personalMessage(load.warmUp));
const message = personalMessage(load.count);
await firstMailAt(load.port);
const peak = watchPeak();
const start = Date.now();
const measured = await take({ ...load, warmUp: 0 }, () => send(message));
const peakMegabytes = peak();
const firstAfter = ((await firstMailAt(load.port)) - start) / 1000;
print({ ...measured, peakMegabytes, firstAfter });
process.exit(message.to.length === load.count ? 0 : 1);
