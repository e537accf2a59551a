/** Keeps the filter in step with the table: read from its file, filled step by step, grown, written back at the end. */
import { dirname, join } from 'node:path';
import { AddressFilter } from '../suppression/address-filter.ts';
import { limitTo, prepareStatement, type Statement } from './prepare-statement.ts';
import type { StoreContext } from './store-context.ts';
import { readFilterFile, writeFilterFile } from './suppression-filter-file.ts';
import type { SuppressionState } from './suppression-state.ts';

export interface FillStep {
  /** The filter, once it knows every entry. */
  readonly filter?: SharedArrayBuffer;
  /** To be called again. */
  readonly more: boolean;
}

/** About 10 ms of work, so that mails go on meanwhile. */
const hashesOfStep = 20_000;
const beforeAll = new Uint8Array(0);

export class SuppressionFilter {
  readonly #file: string;
  readonly #state: SuppressionState;
  readonly #readAfter: Statement<{ person: Uint8Array }>;
  #ready: AddressFilter | undefined;
  #filling: { readonly filter: AddressFilter; after: Uint8Array } | undefined;
  /** The other thread reads it until it has taken the one that is ready. */
  #left: AddressFilter | undefined;
  /** Entries that there may be once an import is through. */
  #expected = 0;
  /** What the file holds. */
  #fileGeneration = '';

  constructor({ database, file, beforeClose }: StoreContext, state: SuppressionState) {
    this.#file = join(dirname(file), 'suppression.filter');
    this.#state = state;
    this.#readAfter = prepareStatement(
      database,
      `SELECT person FROM suppression WHERE person > ? ORDER BY person ${limitTo}`,
    );
    this.#ready = this.#open();
    beforeClose.push(() => this.#write());
  }

  get ready(): SharedArrayBuffer | undefined {
    return this.#ready?.buffer;
  }

  get isOutgrown(): boolean {
    return !this.#ready || this.#size > this.#ready.capacity;
  }

  /** A filter that is filled from now on has room for so many: it need not be filled anew once they are there. */
  expect(entries: number): void {
    this.#expected = entries;
  }

  get #size(): number {
    return Math.max(this.#state.entries(), this.#expected);
  }

  /** If the transaction is rolled back, the bits stay: a wrong yes, which the table corrects. */
  add(person: Buffer): void {
    this.#ready?.add(person);
    this.#filling?.filter.add(person);
    this.#left?.add(person);
  }

  /** One step towards a filter of the right size. Calling it again after the last one says that it was taken. */
  fill(): FillStep {
    this.#left = undefined;
    if (!this.#filling) {
      if (!this.isOutgrown) return { filter: this.ready, more: false };
      const filter = AddressFilter.withRoomFor(this.#size);
      this.#filling = { filter, after: beforeAll };
    }
    const { filter, after } = this.#filling;
    const rows = this.#readAfter.all(after, hashesOfStep);
    for (const { person } of rows) {
      filter.add(Buffer.from(person.buffer, person.byteOffset, person.byteLength));
    }
    const last = rows.at(-1);
    if (last && rows.length === hashesOfStep) this.#filling.after = last.person;
    else this.#finish(filter);
    return { filter: this.#filling ? undefined : filter.buffer, more: true };
  }

  #finish(filter: AddressFilter): void {
    this.#filling = undefined;
    this.#left = this.#ready;
    this.#ready = filter;
  }

  #open(): AddressFilter | undefined {
    this.#fileGeneration = this.#state.generation();
    if (this.#state.entries() === 0) return AddressFilter.withRoomFor(0);
    const filter = readFilterFile(this.#file, this.#fileGeneration);
    if (!filter) this.#fileGeneration = '';
    return filter;
  }

  #write(): void {
    const generation = this.#state.generation();
    if (!this.#ready || this.#fileGeneration === generation) return;
    writeFilterFile(this.#file, this.#ready, generation);
  }
}
