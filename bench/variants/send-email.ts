/** Our node with everything durable: accepted on disk, claimed on disk, settled on disk, each mail its own message; signed if the setting is `dkim`. */
import { benchApp } from '../bench-app.ts';
import { dkimCredentials, dkimSettings } from '../dkim-key.ts';
import { loadFromArguments, measure } from '../measured.ts';
import { startRuntime } from '../node-red-runtime.ts';
import { recipient, sampleMail } from '../sample-mail.ts';

const load = loadFromArguments();
const signs = load.setting === 'dkim';
const fields = { to: 'to', from: 'from', subject: 'topic', payload: 'payload', plaintext: 'plaintext' };
const runtime = await startRuntime(
  '..',
  [
    { id: 'tab', type: 'tab' },
    { ...benchApp(load.port), ...(signs && dkimSettings) },
    { id: 'mail', type: 'send-email', z: 'tab', wires: [[], [], []], app: 'app', mode: 'message', ...fields },
  ],
  load.folder,
  signs ? { credentials: { app: dkimCredentials } } : {},
);

await measure(load, async (count) => {
  const completed = runtime.completed(count);
  for (let index = 0; index < count; index++) {
    const { from, topic, html, text } = sampleMail;
    runtime.node('mail').receive({ to: recipient(index), from, topic, payload: html, plaintext: text });
  }
  await completed;
  return count;
});
process.exit(0);
