/** One message to many, each with values of their own, and the flow that takes it: 5 KB of HTML and text. */
import { benchApp } from './bench-app.ts';
import type { Flow } from './node-red-runtime.ts';
import { recipient, sampleMail } from './sample-mail.ts';

const { topic, ...mail } = sampleMail;
const fields = { to: 'to', from: 'from', subject: 'topic', payload: 'payload', plaintext: 'plaintext' };
const node = { id: 'mail', type: 'send-email', z: 'tab', wires: [[], [], []], app: 'app', mode: 'message' };

/** Its node `mail` replies when mails are on disk. */
export const personalFlow = (port: number, settings: object = {}): Flow[] => [
  { id: 'tab', type: 'tab' },
  { ...benchApp(port), ...settings },
  { ...node, ...fields, replyWhen: 'queued' },
];

export const personalMessage = (count: number, from = 0) => ({
  to: Array.from({ length: count }, (_, index) => recipientOf(from + index)),
  from: mail.from,
  topic: `${topic}: {{order}}`,
  payload: `<p>Dear {{name}},</p>${mail.html}`,
  plaintext: `Dear {{name}},\n${mail.text}`,
});

function recipientOf(index: number) {
  return {
    address: recipient(index),
    substitutions: { name: `Customer ${index}`, order: `${4711 + index}` },
  };
}
