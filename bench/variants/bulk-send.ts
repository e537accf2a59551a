/** One message to many, each with values of their own; signed if the setting is `dkim`. */
import { dkimCredentials, dkimSettings } from '../dkim-key.ts';
import { loadFromArguments, measure } from '../measured.ts';
import { startRuntime } from '../node-red-runtime.ts';
import { personalFlow, personalMessage } from '../personal-message.ts';
import { settledMails } from '../settled-mails.ts';

const load = loadFromArguments();
const signs = load.setting === 'dkim';
const runtime = await startRuntime(
  '..',
  personalFlow(load.port, signs ? dkimSettings : {}),
  load.folder,
  signs ? { credentials: { app: dkimCredentials } } : {},
);
const app = await runtime.app('app');

await measure(load, async (count) => {
  const sent = settledMails(app, count);
  runtime.node('mail').receive(personalMessage(count));
  return sent;
});
process.exit(0);
