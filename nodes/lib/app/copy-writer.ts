/** A long list of recipients comes in; each address gets a checked copy in the draft of a mailing. */
import { createHash, type Hash } from 'node:crypto';
import type { Breather } from '../kernel/breather.ts';
import { inCallersWords } from '../kernel/field-path.ts';
import { addressKey } from '../mail/address.ts';
import { mailboxOf } from '../mail/mailbox.ts';
import { copyId } from '../outbound/copy-id.ts';
import type { MailingCopy, MailingDraft } from '../outbound/mailings.ts';
import type { Idempotency } from '../request/idempotency.ts';
import { readRecipient } from '../request/read-recipients.ts';
import type { CopyCheck } from './copy-check.ts';
import { SeenAddresses } from './seen-addresses.ts';
import type { AcceptedCopy } from './send-order.ts';

export interface CopyRules {
  readonly check: CopyCheck;
  /** Of those who have none of their own. */
  readonly correlationId?: string;
  /** Without the recipients. */
  readonly idempotency?: Idempotency;
}

/** Written together. */
const lotSize = 100;
/** Copies that are listed for who asked; the ids of more follow from their places, see `copyId`. */
const mostListed = 10_000;

export class CopyWriter {
  readonly #draft: MailingDraft;
  readonly #rules: CopyRules;
  readonly #list: readonly unknown[];
  readonly #seen: SeenAddresses;
  #count = 0;
  readonly #listed: Omit<AcceptedCopy, 'id'>[] = [];
  readonly #fingerprint: Hash | undefined;

  constructor(list: readonly unknown[], draft: MailingDraft, rules: CopyRules) {
    this.#list = list;
    this.#seen = new SeenAddresses(list.length, (index) =>
      addressKey(readOne(list[index], index).to.address),
    );
    this.#draft = draft;
    this.#rules = rules;
    const { idempotency } = rules;
    this.#fingerprint = idempotency && createHash('sha256').update(idempotency.fingerprint);
  }

  get count(): number {
    return this.#count;
  }

  /** As copies of this request; none when they are too many to be listed. */
  listed(requestId: string): readonly AcceptedCopy[] {
    if (this.count > mostListed) return [];
    return this.#listed.map((copy, place) => ({ id: copyId(requestId, place), ...copy }));
  }

  /** Throws EmailError naming the recipient at fault, and what `MailingDraft.write` throws. */
  async writeAll(breathe: Breather): Promise<void> {
    for (let at = 0; at < this.#list.length; at += lotSize) {
      const lot = this.#copiesFor(at, Math.min(at + lotSize, this.#list.length));
      this.#fingerprint?.update(JSON.stringify(lot));
      await this.#draft.write(lot);
      await breathe();
    }
  }

  /** With all recipients; to be asked once, after the last. */
  idempotency(): Idempotency | undefined {
    const { idempotency } = this.#rules;
    return idempotency && { ...idempotency, fingerprint: this.#fingerprint?.digest('hex') ?? '' };
  }

  #copiesFor(from: number, end: number): MailingCopy[] {
    const lot: MailingCopy[] = [];
    for (let index = from; index < end; index += 1) {
      const { to, values, correlationId = this.#rules.correlationId } = readOne(this.#list[index], index);
      // who came before has a copy
      if (!this.#seen.add(addressKey(to.address), index)) continue;
      this.#count += 1;
      if (this.#count <= mostListed) this.#listed.push({ to, correlationId });
      lot.push({ to, values, subject: this.#rules.check(values), correlationId });
    }
    return lot;
  }
}

/** A path for each of a million that are right would cost more than finding out which one is wrong. */
function readOne(given: unknown, index: number) {
  try {
    const recipient = readRecipient(given, 'to');
    const { values, correlationId } = recipient;
    return { to: mailboxOf(recipient), values, correlationId };
  } catch (thrown) {
    throw inCallersWords(thrown, (field) => field.replace(/^to/, `to[${index}]`));
  }
}
