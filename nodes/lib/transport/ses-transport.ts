/** Mails leave through Amazon SES: from an SES route setting to a Transport. */

import { type AwsClients, awsClients } from '../aws/aws-clients.ts';
import type { Clock } from '../kernel/clock.ts';
import { EmailError } from '../kernel/errors.ts';
import { mailTooLarge } from '../request/mail-too-large.ts';
import type { SesRoute } from '../settings/app-settings.ts';
import { describeAccount, quotaOf } from './ses-account.ts';
import { SesBulk } from './ses-bulk.ts';
import { sendInLots } from './ses-lots.ts';
import { inSandbox, readSesId, sesReceipt } from './ses-receipt.ts';
import { sesRequest } from './ses-request.ts';
import type { OutgoingMail, Receipt, Transport } from './transport.ts';

export interface SesTransportOptions {
  readonly clock: Clock;
  /** Requests at the same time. */
  readonly concurrency: number;
}

/** SES takes 40 MB, encoded. */
const longestMail = 40 * 1024 * 1024;

export function openSesTransport(route: SesRoute, { clock, concurrency }: SesTransportOptions): Transport {
  const clients = awsClients(route.aws, clock, { connections: concurrency });
  const account = () => clients.sesv2('GetAccount', {});
  const bulk = new SesBulk({ route, clients, clock });
  return {
    deliver: (mail) => deliver(mail, route, clients),
    deliverCopy: route.bulk ? (copy) => bulk.deliver(copy) : undefined,
    verify: async () => describeAccount(await account(), route.aws.region),
    quota: async () => quotaOf(await account()),
    close: () => clients.close(),
  };
}

async function deliver(mail: OutgoingMail, route: SesRoute, { sesv2 }: AwsClients): Promise<Receipt> {
  if (mail.raw.length > longestMail) throw mailTooLarge(mail.raw.length, longestMail);
  const send = async (to: readonly string[]): Promise<string> => {
    const { MessageId } = await sesv2('SendEmail', sesRequest(mail, to, route)).catch((thrown) => {
      throw inSandbox(thrown, to);
    });
    const id = readSesId(MessageId);
    if (id === undefined) throw new EmailError('no-answer');
    return id;
  };
  return sesReceipt(await sendInLots(mail.envelope.to, send), route.aws.region);
}
