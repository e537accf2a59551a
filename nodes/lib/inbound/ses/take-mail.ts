/** A notice of a received mail comes in; the mail is in the inbound queue, on disk, when it resolves. */
import type { Readable } from 'node:stream';
import type { AwsClients } from '../../aws/aws-clients.ts';
import { discard } from '../../aws/fetch-text.ts';
import { badNotice } from '../../event/ses-event.ts';
import { EmailError } from '../../kernel/errors.ts';
import type { InboundQueue } from '../inbound-queue.ts';
import type { WaitingNotice } from './notice-box.ts';
import { type MailStorage, readReceivedNotice } from './received-notice.ts';

export interface MailTaking {
  readonly storage: MailStorage;
  readonly s3: AwsClients['s3'];
  readonly queue: Pick<InboundQueue, 'accept'>;
  /** Bytes */
  readonly maxMailBytes: number;
  /** What was taken is deleted from the bucket; the rule that lets mails expire there does it otherwise. */
  readonly removeAfter?: boolean;
  readonly onTrouble: (error: EmailError) => void;
}

/** Answers whether there was a mail. Throws EmailError: `bad-notice`, `mail-too-large`, and what AWS or the store refuse. */
export async function takeMail(notice: WaitingNotice, taking: MailTaking): Promise<boolean> {
  const { storage, queue, maxMailBytes, onTrouble } = taking;
  const { facts, place } = readReceivedNotice(notice.body, storage, notice.arrivedAt);
  if (place.kind === 'none') return false;
  if (place.kind === 'inline') {
    onTrouble(new EmailError('inline-mail'));
    await queue.accept(once(place.raw), facts, maxMailBytes);
    return true;
  }
  const body = await openObject(place.key, taking);
  // the queue may end before the mail does: it is full, or has had the mail before
  await queue.accept(body, facts, maxMailBytes).finally(() => discard(body));
  if (taking.removeAfter) await removeObject(place.key, taking);
  return true;
}

async function* once(bytes: Uint8Array) {
  yield bytes;
}

const noBody = { value: 's3:GetObject', why: 'it has no body' };

/** A key in the receipt rule makes SES encrypt with a client of its own, which is there for two languages only. */
async function openObject(key: string, { s3, storage, maxMailBytes }: MailTaking): Promise<Readable> {
  const {
    Body,
    Metadata = {},
    ContentLength = 0,
  } = await s3('GetObject', { Bucket: storage.bucket, Key: key });
  const body = (Body as Readable | undefined)?.on('error', () => {});
  if (!body) throw new EmailError('aws-trouble', { detail: noBody, retryable: true });
  const isEncrypted = Object.keys(Metadata).some((name) => /^x-amz-(?:cek-alg|key|key-v2)$/i.test(name));
  if (!isEncrypted && ContentLength <= maxMailBytes) return body;
  discard(body);
  if (isEncrypted)
    throw badNotice(
      `the mail ${key} is encrypted by a key of the receipt rule; take that key out of the rule`,
    );
  throw new EmailError('mail-too-large', { detail: { limit: Math.floor(maxMailBytes / 1_000_000) } });
}

/** It is safe here: what stays there expires. */
async function removeObject(key: string, { s3, storage, onTrouble }: MailTaking): Promise<void> {
  await s3('DeleteObject', { Bucket: storage.bucket, Key: key }).catch((thrown: EmailError) =>
    onTrouble(thrown),
  );
}
