/** The AWS SDK as it comes, with as many sockets as mails are under way. */
import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { builtMail } from '../built-mail.ts';
import { loadFromArguments, measure } from '../measured.ts';
import { recipient, sampleMail } from '../sample-mail.ts';
import { sendAll, sesAccess } from '../ses-load.ts';

const load = loadFromArguments();
const client = new SESv2Client({
  region: sesAccess.region,
  credentials: sesAccess.keys,
  endpoint: `http://127.0.0.1:${load.port}`,
});

await measure(load, (count) =>
  sendAll(count, (index) =>
    client.send(
      new SendEmailCommand({
        FromEmailAddress: sampleMail.from,
        Destination: { ToAddresses: [recipient(index)] },
        Content: { Raw: { Data: builtMail } },
        EmailTags: [{ Name: 'email-id', Value: `mail-${index}` }],
      }),
    ),
  ),
);
process.exit(0);
