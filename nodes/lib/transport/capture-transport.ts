/** Mails leave nowhere: they are kept in the app's folder, to be looked at. */
import { access, constants, mkdir } from 'node:fs/promises';
import type { Clock } from '../kernel/clock.ts';
import { EmailError } from '../kernel/errors.ts';
import { type CapturedMail, type CapturedMailInFull, capturedMails } from './captured-mails.ts';
import type { OutgoingMail, Receipt, Transport } from './transport.ts';

export interface CaptureTransport extends Transport {
  /** Newest first; the last 500 of the last 7 days. */
  listCaptured(): Promise<CapturedMail[]>;
  /** Undefined for an id that is not there, whatever its form. */
  readCaptured(id: string): Promise<CapturedMailInFull | undefined>;
  clearCaptured(): Promise<void>;
}

export function openCaptureTransport(options: { folder: string; clock: Clock }): CaptureTransport {
  const { folder } = options;
  const mails = capturedMails(options);
  const orUnavailable = <T>(work: Promise<T>): Promise<T> =>
    work.catch((thrown: unknown) => {
      throw unavailable(folder, thrown);
    });
  return {
    deliver: (mail) => orUnavailable(mails.add(mail).then((kept) => receiptFor(mail, kept))),
    verify: () => orUnavailable(verify(folder)),
    listCaptured: () => orUnavailable(mails.list()),
    readCaptured: (id) => orUnavailable(mails.read(id)),
    clearCaptured: () => orUnavailable(mails.clear()),
    close: () => Promise.resolve(),
  };
}

function receiptFor({ envelope }: OutgoingMail, { id }: CapturedMail): Receipt {
  return {
    code: 'captured',
    accepted: envelope.to,
    refused: [],
    response: `captured as ${id}`,
    providerMessageId: id,
  };
}

async function verify(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  await access(folder, constants.W_OK);
  return 'Mails are captured here and delivered nowhere.';
}

function unavailable(folder: string, thrown: unknown): EmailError {
  if (thrown instanceof EmailError) return thrown;
  const why = thrown instanceof Error ? thrown.message : String(thrown);
  return new EmailError('store-unavailable', {
    detail: { value: folder, why },
    retryable: true,
    cause: thrown,
  });
}
