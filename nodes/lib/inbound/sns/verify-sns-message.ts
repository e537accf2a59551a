/** A message of a topic that is known comes in; it is refused unless SNS signed it (SNS developer guide, “Verifying the signatures”). */
import { verify } from 'node:crypto';
import { requireCertificateUrl } from './certificate-url.ts';
import type { SigningCertificates } from './signing-certificates.ts';
import { type SnsMessage, snsRefused } from './sns-message.ts';

const hashes = { '1': 'sha1', '2': 'sha256' } as const;

/** Throws EmailError `sns-refused`; retryable when the certificate could not be fetched. */
export async function verifySnsMessage(
  message: SnsMessage,
  certificates: SigningCertificates,
): Promise<void> {
  requireCertificateUrl(message.SigningCertURL, message.TopicArn);
  const key = await certificates.keyAt(message.SigningCertURL);
  const signed = Buffer.from(stringToSign(message));
  const signature = Buffer.from(message.Signature, 'base64');
  if (!verify(hashes[message.SignatureVersion], signed, key, signature))
    throw snsRefused('its signature does not fit');
}

/** Names in the order of their bytes; a subject only where there is one. */
export function stringToSign(message: SnsMessage): string {
  const { Message, MessageId, Timestamp, TopicArn, Type } = message;
  const members =
    message.Type === 'Notification'
      ? { Message, MessageId, Subject: message.Subject, Timestamp, TopicArn, Type }
      : {
          Message,
          MessageId,
          SubscribeURL: message.SubscribeURL,
          Timestamp,
          Token: message.Token,
          TopicArn,
          Type,
        };
  return Object.entries(members)
    .map(([name, value]) => (value === undefined ? '' : `${name}\n${value}\n`))
    .join('');
}
