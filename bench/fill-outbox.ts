/** Has an app that is paused accept so many mails, as a flow would, and ends. */
import { startRuntime } from './node-red-runtime.ts';
import { personalFlow, personalMessage } from './personal-message.ts';

const mailsOfMessage = 10_000;

const [userDir = '', mails] = process.argv.slice(2);
const anyPort = 25;
const runtime = await startRuntime('..', personalFlow(anyPort), userDir);
const app = await runtime.app('app');
await app.pause();
for (let from = 0; from < Number(mails); from += mailsOfMessage) {
  const accepted = runtime.completed(1);
  runtime.node('mail').receive(personalMessage(Math.min(mailsOfMessage, Number(mails) - from), from));
  await accepted;
}
await runtime.stop();
process.exit(0);
