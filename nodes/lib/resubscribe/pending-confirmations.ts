/** Who was sent a confirmation mail within the last day, and whether its link still counts. Kept in a note of the store. */

import { AtMostAtOnce } from '../kernel/at-most-at-once.ts';
import type { Notes } from '../kernel/notes.ts';
import { parseJson } from '../kernel/parse-json.ts';
import { isPlainRecord } from '../kernel/plain-record.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import { type AddressHasher, addressHasher } from '../suppression/address-hasher.ts';
import type { NewSuppression, SuppressionList } from '../suppression/suppression-list.ts';

/** How long a link counts, and how long there is no second one. */
export const confirmationLifetime = 24 * 3_600_000;

interface Confirmation {
  /** ms since the epoch; in the link too. */
  readonly issuedAt: number;
  /** Of the mail. Gone once its reader has unsubscribed again: the newer wish wins. */
  readonly emailId?: string;
}

export interface ConfirmationStore {
  readonly notes: Notes;
  readonly keys: KeyRing;
}

type Records = Map<string, Confirmation>;

const note = 'confirmations';
/** Within a day. Whoever is beyond waits: the note is rewritten as a whole. */
const mostAddresses = 5000;

export class PendingConfirmations {
  readonly #notes: ConfirmationStore['notes'];
  readonly #hasher: AddressHasher;
  readonly #turns = new AtMostAtOnce(1);
  #loaded: Records | undefined;

  constructor({ notes, keys }: ConfirmationStore) {
    this.#notes = notes;
    this.#hasher = addressHasher(keys.current('address-hash').secret);
  }

  /** Sends unless this address was sent one within a day; `covers` knows of the mail before it is sent. */
  begin(address: string, mail: Required<Confirmation>, send: () => Promise<unknown>): Promise<void> {
    return this.#turns.run(async () => {
      const records = await this.#load();
      forgetBefore(mail.issuedAt - confirmationLifetime, records);
      const key = this.#keyOf(address);
      if (records.has(key) || records.size >= mostAddresses) return;
      records.set(key, mail);
      try {
        await this.#save(records);
        await send();
      } catch (thrown) {
        records.delete(key);
        await this.#save(records).catch(() => {});
        throw thrown;
      }
    });
  }

  /** Email ids are made by the app itself: no mail of a flow can have one that `begin` was given. */
  async covers(emailId: string): Promise<boolean> {
    return [...(await this.#load()).values()].some((record) => record.emailId === emailId);
  }

  /** Does the work if the link of that time counts, with no unsubscribing meanwhile; false if it does not count. */
  fulfil(address: string, issuedAt: number, work: () => Promise<boolean>): Promise<boolean> {
    return this.#turns.run(async () => {
      const record = (await this.#load()).get(this.#keyOf(address));
      return record?.emailId !== undefined && record.issuedAt === issuedAt ? work() : false;
    });
  }

  /** The same list; whoever unsubscribes by it makes their link void before. */
  guard(list: SuppressionList): SuppressionList {
    return { ...list, add: (entries) => this.#add(entries, list) };
  }

  /** Resolves when all work is done. */
  idle(): Promise<void> {
    return this.#turns.idle();
  }

  async #add(entries: readonly NewSuppression[], list: SuppressionList) {
    const wishes = entries.filter(({ cause }) => cause === 'unsubscribe');
    if (wishes.length === 0) return list.add(entries);
    const records = await this.#load();
    if (records.size === 0) return list.add(entries);
    const ended = wishes
      .map(({ address }) => this.#keyOf(address))
      .filter((key) => records.get(key)?.emailId);
    if (ended.length === 0) return list.add(entries);
    return this.#turns.run(async () => {
      await this.#annul(ended, records);
      return list.add(entries);
    });
  }

  async #annul(keys: readonly string[], records: Records): Promise<void> {
    for (const key of keys) {
      const record = records.get(key);
      if (record) records.set(key, { issuedAt: record.issuedAt });
    }
    await this.#save(records);
  }

  async #load(): Promise<Records> {
    if (this.#loaded) return this.#loaded;
    const text = await this.#notes.readNote(note);
    // Another may have read it meanwhile, and changed it.
    this.#loaded ??= readRecords(text ?? '{}');
    return this.#loaded;
  }

  #save(records: Records): Promise<void> {
    return this.#notes.writeNote(note, JSON.stringify(Object.fromEntries(records)));
  }

  #keyOf(address: string): string {
    const { person, spelling = person } = this.#hasher.hash(address);
    return spelling.toString('base64url');
  }
}

/** What cannot be read counts for nothing: the links are void then. */
function readRecords(text: string): Map<string, Confirmation> {
  const root = parseJson(text);
  return new Map(Object.entries(isPlainRecord(root) ? root : {}).filter(isRecord));
}

function isRecord(pair: [string, unknown]): pair is [string, Confirmation] {
  return isPlainRecord(pair[1]) && typeof pair[1].issuedAt === 'number';
}

function forgetBefore(time: number, records: Map<string, Confirmation>): void {
  for (const [key, { issuedAt }] of records) if (issuedAt <= time) records.delete(key);
}
