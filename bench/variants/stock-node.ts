/** node-red-node-email in its best mode: all messages at once. */
import { loadFromArguments, measure } from '../measured.ts';
import { startRuntime } from '../node-red-runtime.ts';
import { recipient, sampleMail } from '../sample-mail.ts';

const load = loadFromArguments();
const mailNode = {
  server: '127.0.0.1',
  port: load.port,
  secure: false,
  tls: false,
  authtype: 'NONE',
  name: '',
};
const runtime = await startRuntime(
  './node_modules/node-red-node-email',
  [
    { id: 'tab', type: 'tab' },
    { id: 'mail', type: 'e-mail', z: 'tab', wires: [], ...mailNode },
  ],
  load.folder,
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
