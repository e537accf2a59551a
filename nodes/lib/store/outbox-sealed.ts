/** What rows of the outbox keep of people and words, sealed into one column each; and back, of older rows in the clear. */
import type { RowSeal } from '../keys/row-seal.ts';
import type { Mailbox } from '../mail/mailbox.ts';
import type { Notify } from '../mail/notify.ts';
import type { PartRecord, RefusedRecipient } from '../outbound/outbox.ts';
import { keepAtHand, wordsOf } from './words-at-hand.ts';

/** Of a part, from its acceptance on. */
export interface PartWords {
  readonly to: Mailbox;
  readonly recipients: readonly string[];
  readonly riders: readonly string[];
  readonly subject?: string;
  /** JSON text: what a mail is filled with is read only where it is sent. */
  readonly values: string;
}

/** The columns that hold them; the clear ones are empty where `sealed` is not. */
export interface PartColumns {
  readonly recipient: string;
  readonly recipients: string;
  readonly riders: string;
  readonly own_subject: string | null;
  readonly values: string;
  readonly sealed: Uint8Array | null;
}

const lineFeed = '\n';

/** `[address, name, recipients, riders, subject]`, a line feed, and the values as they are. */
export function sealPart({ to, recipients, riders, subject, values }: PartWords, seal: RowSeal): Uint8Array {
  const others = recipients.length === 1 && recipients[0] === to.address ? null : recipients;
  const words = [to.address, to.name, others, riders, subject];
  const sealed = seal.seal(Buffer.from(JSON.stringify(words) + lineFeed + values));
  keepAtHand(sealed, { to: mailboxOf(to.address, to.name), recipients, riders, subject, values }, seal);
  return sealed;
}

function mailboxOf(address: string, name: string | null | undefined): Mailbox {
  return name === null || name === undefined ? { address } : { address, name };
}

export function openPart(columns: PartColumns, seal: RowSeal): PartWords {
  const { sealed } = columns;
  return sealed ? wordsOf(sealed, () => openWords(sealed, seal), seal) : readPart(columns);
}

function openWords(sealed: Uint8Array, seal: RowSeal): PartWords {
  const text = openText(sealed, seal);
  const end = text.indexOf(lineFeed);
  const [address, name, others, riders, subject] = JSON.parse(text.slice(0, end));
  return {
    to: mailboxOf(address, name),
    recipients: others ?? [address],
    riders,
    subject: subject ?? undefined,
    values: text.slice(end + 1),
  };
}

function readPart({ recipient, recipients, riders, own_subject, values }: PartColumns): PartWords {
  return {
    to: JSON.parse(recipient),
    recipients: JSON.parse(recipients),
    riders: JSON.parse(riders),
    subject: own_subject ?? undefined,
    values,
  };
}

/** Of a part that was settled, or put off. */
export interface OutcomeWords {
  readonly reason: string;
  readonly refused: readonly RefusedRecipient[];
  readonly handed: Handed;
}

/** What is kept of handing a part over, for what is told of it later; see Settlement. */
export interface Handed extends Pick<PartRecord, 'tagged' | 'enhancedStatus'> {
  /** Recipients who had it at an earlier attempt than the last. */
  readonly taken?: readonly string[];
}

export interface OutcomeColumns {
  readonly reason: string;
  readonly refused: string;
  readonly handed: string | null;
  readonly outcome: Uint8Array | null;
}

export function sealOutcome(words: OutcomeWords, seal: RowSeal): Uint8Array {
  return sealJson([words.reason, words.refused, words.handed], seal);
}

export function openOutcome(columns: OutcomeColumns, seal: RowSeal): OutcomeWords {
  const { reason, refused, handed, outcome } = columns;
  if (!outcome)
    return { reason, refused: JSON.parse(refused), handed: handed === null ? {} : JSON.parse(handed) };
  const [words, addresses, way] = openJson<[string, RefusedRecipient[], Handed]>(outcome, seal);
  return { reason: words, refused: addresses, handed: way };
}

/** Of a request, beside the message that it came with. */
export interface RequestWords {
  readonly subject: string;
  readonly callbackData?: string;
  readonly notify?: Notify;
}

export interface RequestColumns {
  readonly subject: string;
  readonly callback_data: string | null;
  readonly notify: string | null;
  readonly request_sealed: Uint8Array | null;
}

export function sealRequest({ subject, callbackData, notify }: RequestWords, seal: RowSeal): Uint8Array {
  return sealJson([subject, callbackData, notify], seal);
}

export function openRequest(columns: RequestColumns, seal: RowSeal): RequestWords {
  const { subject, callback_data, notify, request_sealed } = columns;
  const [text, data, where] =
    request_sealed === null
      ? [subject, callback_data, notify === null ? null : JSON.parse(notify)]
      : wordsOf(
          request_sealed,
          () => openJson<[string, string | null, Notify | null]>(request_sealed, seal),
          seal,
        );
  return { subject: text, callbackData: data ?? undefined, notify: where ?? undefined };
}

export function sealText(text: string, seal: RowSeal): Uint8Array {
  return seal.seal(Buffer.from(text));
}

export function openText(sealed: Uint8Array, seal: RowSeal): string {
  return seal.open(sealed).toString();
}

export function sealJson(value: unknown, seal: RowSeal): Uint8Array {
  return sealText(JSON.stringify(value), seal);
}

export function openJson<Value>(sealed: Uint8Array, seal: RowSeal): Value {
  return JSON.parse(openText(sealed, seal));
}
