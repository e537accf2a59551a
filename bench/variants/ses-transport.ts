/** Our route for Amazon SES, without queue and dispatcher. */
import { systemClock } from '../../nodes/lib/kernel/clock.ts';
import { openSesTransport } from '../../nodes/lib/transport/ses-transport.ts';
import { builtMail } from '../built-mail.ts';
import { loadFromArguments, measure } from '../measured.ts';
import { recipient, sampleMail } from '../sample-mail.ts';
import { connections, sendAll, sesAccess } from '../ses-load.ts';

const load = loadFromArguments();
const aws = { ...sesAccess, endpoint: `http://127.0.0.1:${load.port}` };
const route = { kind: 'ses', aws, bulk: false } as const;
const transport = openSesTransport(route, { clock: systemClock, concurrency: connections });

await measure(load, (count) =>
  sendAll(count, (index) =>
    transport.deliver({
      envelope: { from: sampleMail.from, to: [recipient(index)] },
      raw: builtMail,
      key: `mail-${index}`,
    }),
  ),
);
process.exit(0);
