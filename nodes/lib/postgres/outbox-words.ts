/** What rows of the outbox keep of people and words, sealed into one column each, and back. */
import type { RowSeal } from '../keys/row-seal.ts';
import type { Mailbox } from '../mail/mailbox.ts';
import type { Notify } from '../mail/notify.ts';
import type { PartRecord, RefusedRecipient } from '../outbound/outbox.ts';

/** Of a request, beside the message that it came with. */
export interface RequestWords {
  readonly sender: Mailbox;
  readonly subject: string;
  readonly listTopic?: string;
  readonly callbackData?: string;
  readonly notify?: Notify;
}

/** Of a part, from its acceptance on. */
export interface PartWords {
  readonly to: Mailbox;
  readonly recipients: readonly string[];
  readonly riders: readonly string[];
  readonly subject?: string;
  /** JSON text: what a mail is filled with is read only where it is sent. */
  readonly values: string;
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

export function sealJson(value: unknown, seal: RowSeal): Uint8Array {
  return seal.seal(Buffer.from(JSON.stringify(value)));
}

export function openJson<Value>(sealed: Uint8Array, seal: RowSeal): Value {
  return JSON.parse(seal.open(sealed).toString());
}

const lineFeed = '\n';

/** `[address, name, recipients, riders, subject]`, a line feed, and the values as they are. */
export function sealPart({ to, recipients, riders, subject, values }: PartWords, seal: RowSeal): Uint8Array {
  const others = recipients.length === 1 && recipients[0] === to.address ? null : recipients;
  const words = [to.address, to.name, others, riders, subject];
  return seal.seal(Buffer.from(JSON.stringify(words) + lineFeed + values));
}

export function openPart(sealed: Uint8Array, seal: RowSeal): PartWords {
  const text = seal.open(sealed).toString();
  const end = text.indexOf(lineFeed);
  const [address, name, others, riders, subject] = JSON.parse(text.slice(0, end));
  return {
    to: name === null ? { address } : { address, name },
    recipients: others ?? [address],
    riders,
    subject: subject ?? undefined,
    values: text.slice(end + 1),
  };
}
