/** One message to many, each with values of their own. */
import { benchApp } from '../bench-app.ts';
import { loadFromArguments, measure } from '../measured.ts';
import { startRuntime } from '../node-red-runtime.ts';
import { recipient, sampleMail } from '../sample-mail.ts';

const load = loadFromArguments();
const { topic: subject, ...mail } = sampleMail;
const fields = { to: 'to', from: 'from', subject: 'topic', payload: 'payload', plaintext: 'plaintext' };
const node = { id: 'mail', type: 'send-email', z: 'tab', wires: [[], [], []], app: 'app', mode: 'message' };
const runtime = await startRuntime(
  '..',
  [{ id: 'tab', type: 'tab' }, benchApp(load.port), { ...node, ...fields, replyWhen: 'queued' }],
  load.folder,
);
const app = await runtime.app('app');

function recipientOf(index: number) {
  return {
    address: recipient(index),
    substitutions: { name: `Customer ${index}`, order: `${4711 + index}` },
  };
}

/** Resolves to the number of mails that left. */
function settled(count: number): Promise<number> {
  let [left, sent] = [count, 0];
  return new Promise((resolve) => {
    const end = app.onResult(({ state }) => {
      if (state === 'sent') sent++;
      if (--left > 0) return;
      end();
      resolve(sent);
    });
  });
}

await measure(load, async (count) => {
  const sent = settled(count);
  runtime.node('mail').receive({
    to: Array.from({ length: count }, (_, index) => recipientOf(index)),
    from: mail.from,
    topic: `${subject}: {{order}}`,
    payload: `<p>Dear {{name}},</p>${mail.html}`,
    plaintext: `Dear {{name}},\n${mail.text}`,
  });
  return sent;
});
process.exit(0);
