import { type Feeding, inboundToll } from '../inbound-runs.ts';
import type { Scenario } from '../scenario.ts';

export const inboundHttp: Scenario = {
  name: 'http',
  subject: 'a receiver of posted mails',
  promise: 'loses no mail that it answered with 202, and takes one that is posted again as the same',
  kills: 3,
  leastPerKill: 10,
  states: ['told'],
  controls: [
    { mode: 'lossy', fault: 'losing mail between receipt and answer', in: 'lost', kills: 2 },
    { mode: 'keyless', fault: 'taking a mail for another when it comes again', in: 'wrong', kills: 2 },
  ],
  run: (orders) => inboundToll(orders, byPost()),
};

/** What was not answered is posted again in the next run, under the same key. */
function byPost(): Feeding {
  const left: string[] = [];
  let count = 0;
  const next = () => left.shift() ?? `post-${count++}`;

  async function post(port: number, acknowledged: string[]): Promise<void> {
    for (;;) {
      const subject = next();
      const status = await postMail(port, subject);
      if (status === 202) acknowledged.push(subject);
      else left.push(subject);
      if (status === 0) return;
      if (status !== 202) throw new Error(`a mail was answered with ${status}`);
    }
  }
  return {
    words: ['http'],
    feed: (port, _run, acknowledged) => Promise.all([1, 2, 3, 4].map(() => post(port, acknowledged))),
  };
}

/** Every fifth is larger than what lies in a row; 0 if there was no answer. */
function postMail(port: number, subject: string): Promise<number> {
  const filler = /[05]$/.test(subject) ? 'x'.repeat(76).concat('\r\n').repeat(1000) : '';
  const headers = {
    'content-type': 'message/rfc822',
    authorization: 'Bearer secret',
    'idempotency-key': subject,
  };
  const body = `Subject: ${subject}\r\n\r\n${filler}`;
  return fetch(`http://127.0.0.1:${port}/`, { method: 'POST', headers, body }).then(
    (answer) => answer.status,
    () => 0,
  );
}
