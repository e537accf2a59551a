import { smtpDialogue } from '../../support/smtp-dialogue.ts';
import { type Feeding, inboundToll } from '../inbound-runs.ts';
import type { Scenario } from '../scenario.ts';

export const inboundSmtp: Scenario = {
  name: 'smtp',
  subject: 'a receiver over SMTP',
  promise: 'loses no mail that was acknowledged; tells one twice only after a kill, and says so',
  kills: 4,
  leastPerKill: 10,
  states: ['waiting', 'told'],
  controls: [
    { mode: 'lossy', fault: 'losing mail between receipt and acknowledgement', in: 'lost', kills: 2 },
    { mode: 'forgetful', fault: 'losing mail between telling and marking', in: 'lost', kills: 2 },
  ],
  run: (orders) => inboundToll(orders, feeding),
};

const feeding: Feeding = {
  words: ['smtp'],
  feed: (port, run, acknowledged) =>
    Promise.all(['a', 'b', 'c', 'd'].map((name) => handOver(port, `${run}${name}`, acknowledged))),
};

/** Hands over one mail after the other until the connection is gone; notes those that were acknowledged. */
async function handOver(port: number, name: string, acknowledged: string[]): Promise<void> {
  const client = await smtpDialogue(port);
  for (let count = 0; ; count++) {
    const subject = `${name}-${count}`;
    const filler = count % 5 === 0 ? 'x'.repeat(76).concat('\r\n').repeat(2000) : '';
    await client.announce('in@mx.b.example');
    const reply = await client.say(`Subject: ${subject}\r\n\r\n${filler}.`);
    if (reply === '') return;
    if (reply.startsWith('250')) acknowledged.push(subject);
  }
}
