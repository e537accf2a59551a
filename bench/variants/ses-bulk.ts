/** Our route for Amazon SES with personal copies that SES fills in, without queue and dispatcher. */
import { systemClock } from '../../nodes/lib/kernel/clock.ts';
import { openSesTransport } from '../../nodes/lib/transport/ses-transport.ts';
import { loadFromArguments, measure } from '../measured.ts';
import { recipient, sampleMail } from '../sample-mail.ts';
import { connections, sendAll, sesAccess, sharedMail } from '../ses-load.ts';

const load = loadFromArguments();
const aws = { ...sesAccess, endpoint: `http://127.0.0.1:${load.port}` };
const route = { kind: 'ses', aws, bulk: true } as const;
const transport = openSesTransport(route, { clock: systemClock, concurrency: connections });
const { mail, own } = await sharedMail();

async function send(index: number): Promise<void> {
  const to = { address: recipient(index) };
  const copy = own({ to, values: { name: `Customer ${index}` }, headers: [] });
  if (!copy || !transport.deliverCopy) throw new Error('the copy cannot be shared');
  const envelope = { from: sampleMail.from, to: [to.address] };
  await transport.deliverCopy({ envelope, key: `mail-${index}`, shared: mail, own: copy });
}

/** Five requests under way, as a running app has with its usual concurrency. */
const lanes = 250;

await measure(load, (count) => sendAll(count, send, lanes));
process.exit(0);
