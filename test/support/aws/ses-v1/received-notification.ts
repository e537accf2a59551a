// The JSON by which SES tells that a mail came.
import type { AwsWorld } from '../aws-world.ts';
import { headerOf, readMail } from '../ses/mail.ts';
import type { Verdict } from './receive.ts';

export interface Came {
  readonly messageId: string;
  readonly raw: Buffer;
  /** Return path. */
  readonly from: string;
  readonly verdicts: Readonly<Partial<Record<Verdict, string>>>;
  readonly scanned: boolean;
}

export function receivedNotification(
  { now }: AwsWorld,
  mail: Came & { readonly recipients: readonly string[] },
  action: Readonly<Record<string, string | undefined>>,
): object {
  const timestamp = new Date(now()).toISOString();
  const verdict = (name: Verdict) => ({ status: mail.verdicts[name] ?? 'PASS' });
  const scan = (name: Verdict) => (mail.scanned ? verdict(name) : { status: 'DISABLED' });
  return {
    notificationType: 'Received',
    mail: described(mail, timestamp),
    receipt: {
      timestamp,
      processingTimeMillis: 574,
      recipients: mail.recipients,
      spamVerdict: scan('spam'),
      virusVerdict: scan('virus'),
      spfVerdict: verdict('spf'),
      dkimVerdict: verdict('dkim'),
      dmarcVerdict: verdict('dmarc'),
      ...(mail.verdicts.dmarc === 'FAIL' && { dmarcPolicy: 'reject' }),
      action,
    },
    ...(action.type === 'SNS' && { content: content(mail.raw, action.encoding) }),
  };
}

const content = (raw: Buffer, encoding?: string) => raw.toString(encoding === 'BASE64' ? 'base64' : 'utf8');

function described(
  { raw, from, messageId, recipients }: Came & { readonly recipients: readonly string[] },
  timestamp: string,
) {
  const read = readMail(raw);
  const common = { to: 'to', cc: 'cc', from: 'from', replyTo: 'reply-to' };
  const lists = Object.entries(common).flatMap(([key, name]) => {
    const value = headerOf(read, name);
    return value === undefined ? [] : [[key, [value]]];
  });
  return {
    timestamp,
    source: from,
    messageId,
    destination: recipients,
    headersTruncated: false,
    headers: read.headers.map(({ name, value }) => ({ name, value })),
    commonHeaders: {
      returnPath: from,
      ...Object.fromEntries(lists),
      date: headerOf(read, 'date'),
      messageId: headerOf(read, 'message-id'),
      subject: headerOf(read, 'subject'),
    },
  };
}
