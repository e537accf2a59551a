/** The look at the suppression list that comes before each hand-over, and nothing else; one in a hundred is on the list. */
import { systemClock } from '../../nodes/lib/kernel/clock.ts';
import { recipientCheck } from '../../nodes/lib/outbound/check-recipients.ts';
import { benchApp } from '../bench-app.ts';
import { loadFromArguments, measure } from '../measured.ts';
import { startRuntime } from '../node-red-runtime.ts';
import { isListed, listedRecipient, recipient } from '../sample-mail.ts';

/** A check costs so little that a send's number of them is over before it can be measured. */
const checksOfMail = 20;

const load = loadFromArguments();
const app = benchApp(load.port);
const runtime = await startRuntime('..', [app], load.folder);
const { settings, suppressions: list } = await runtime.app('app');
const check = recipientCheck({
  list,
  clock: systemClock,
  unsubscribe: settings.unsubscribe,
  isConfirmation: async () => false,
});
let next = 0;

function nextEntry() {
  const index = next++;
  const address = isListed(index) ? listedRecipient(index / 100) : recipient(index);
  const part = { to: { address }, recipients: [address], riders: [], values: {}, messageId: 'm@example.com' };
  return {
    part: { id: `mail${index}`, ...part },
    requestId: 'bulk',
    contentId: 1,
    sender: 'shop@example.com',
    messageClass: 'transactional' as const,
    startsAt: 0,
    attempts: 0,
  };
}

/** As many at once as the app hands over. */
await measure(load, async (count) => {
  let left = count * checksOfMail;
  let held = 0;
  const checkSome = async (): Promise<void> => {
    while (left-- > 0) if ((await check(nextEntry())).hold) held++;
  };
  await Promise.all(Array.from({ length: app.concurrency }, checkSome));
  const expected = (count * checksOfMail) / 100;
  if (Math.abs(held - expected) > 1) throw new Error(`${held} held instead of ${expected}`);
  return count * checksOfMail;
});
process.exit(0);
