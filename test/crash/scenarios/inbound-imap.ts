import { ImapFlow } from 'imapflow';
import { dovecotIsMissing, startDovecot } from '../../support/dovecot.ts';
import { inboundToll } from '../inbound-runs.ts';
import type { Orders, Scenario, Toll } from '../scenario.ts';

export const inboundImap: Scenario = {
  name: 'imap',
  subject: 'a reader of a mailbox',
  promise: 'takes every mail; tells one twice only after a kill, as the same',
  kills: 3,
  leastPerKill: 10,
  states: ['told'],
  controls: [
    { mode: 'lossy', fault: 'losing mail between receipt and deletion', in: 'lost', kills: 2 },
    { mode: 'keyless', fault: 'taking a mail for another when it comes again', in: 'wrong', kills: 2 },
  ],
  missing: dovecotIsMissing,
  run,
};

/** So that some are left whenever it is killed. */
const mailsPerKill = 30;

async function run(orders: Orders): Promise<Toll> {
  const dovecot = await startDovecot();
  try {
    const lying = await fill(dovecot.port, orders.kills * mailsPerKill);
    return await inboundToll(orders, {
      words: ['imap', `${dovecot.port}/${user}`],
      lying,
      feed: async () => {},
    });
  } finally {
    await dovecot.stop();
  }
}

const user = 'crash';

/** Every tenth is larger than what lies in a row. */
async function fill(port: number, count: number): Promise<string[]> {
  const auth = { user, pass: 'secret' };
  const client = new ImapFlow({ host: '127.0.0.1', port, secure: false, auth, logger: false });
  await client.connect();
  const subjects = Array.from({ length: count }, (_, index) => `mail-${index}`);
  for (const [index, subject] of subjects.entries()) {
    const filler = index % 10 === 0 ? 'x'.repeat(76).concat('\r\n').repeat(1000) : '';
    await client.append('INBOX', `Subject: ${subject}\r\n\r\n${filler}`);
  }
  await client.logout();
  return subjects;
}
