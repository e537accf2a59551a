/** Mails that wait already, in a copy of a filled outbox, leave: each is claimed, sent and settled. */
import { loadFromArguments, print, take } from '../measured.ts';
import { startRuntime } from '../node-red-runtime.ts';
import { personalFlow } from '../personal-message.ts';
import { settledMails } from '../settled-mails.ts';

const load = loadFromArguments();
const runtime = await startRuntime('..', personalFlow(load.port), load.folder);
const app = await runtime.app('app');
let sent = 0;
app.onResult(({ state }) => {
  if (state === 'sent') sent++;
});

const measured = await take(load, async (count) => {
  const left = settledMails(app, count);
  await app.resume();
  await left;
  await app.pause();
  return count;
});
await runtime.stop();
print({ ...measured, sent });
process.exit(0);
