/** Facts come in; the values of their rows in the event log go out: written by whoever records the fact, in the same statement. */
import { createHmac } from 'node:crypto';
import type { NewEvent } from '../event/event-log.ts';
import { personOfEvent } from '../event/person-of-event.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import { type RowSeal, rowSeal } from '../keys/row-seal.ts';
import { isTallied } from '../message-log/tally-events.ts';
import { addressHasher } from '../suppression/address-hasher.ts';

/** What is sealed of an event: all but when and what it was. */
export type SealedFact = Omit<NewEvent, 'type' | 'at' | 'key'>;

export interface EventColumns {
  readonly at: number;
  readonly type: string;
  readonly key: string | null;
  readonly person: Buffer | null;
  readonly spelling: Buffer | null;
  readonly mail: string | null;
  readonly fact: Uint8Array;
  readonly untallied: true | null;
}

export interface EventWriting {
  columnsOf(event: NewEvent): EventColumns;
  readonly seal: RowSeal;
}

const none = Buffer.alloc(0);

export function eventWriting(keys: KeyRing, appId: string): EventWriting {
  const { secret } = keys.current('address-hash');
  const seal = rowSeal(keys, `${appId} event`);
  const hasher = addressHasher(secret);
  // as in the file, see row-room: a key has the recipient's address in it
  const markOf = (key: string) =>
    createHmac('sha256', secret).update(`the mark of ${key}`).digest('base64url').slice(0, 32);
  return {
    seal,
    columnsOf({ at, type, key, ...fact }) {
      const person = personOfEvent({ type, ...fact });
      const hash = person === undefined ? undefined : hasher.hash(person);
      return {
        at,
        type,
        key: key === undefined ? null : markOf(key),
        person: hash?.person ?? null,
        spelling: hash ? (hash.spelling ?? none) : null,
        mail: fact.emailId?.replaceAll('\0', '\uFFFD') ?? null,
        fact: seal.seal(Buffer.from(JSON.stringify(fact satisfies SealedFact))),
        untallied: isTallied({ type, ...fact }) ? null : true,
      };
    },
  };
}

export const eventColumns = 'at, type, key, person, spelling, mail, fact, untallied';

/** As many arrays as there are `eventColumns`, in their order, from the numbered parameter on. */
export function eventArrays(first: number): string {
  const types = ['bigint', 'text', 'text', 'bytea', 'bytea', 'text', 'bytea', 'boolean'];
  return types.map((type, index) => `$${first + index}::${type}[]`).join(', ');
}

export function eventValues(rows: readonly EventColumns[]): readonly unknown[][] {
  return [
    rows.map(({ at }) => at),
    rows.map(({ type }) => type),
    rows.map(({ key }) => key),
    rows.map(({ person }) => person),
    rows.map(({ spelling }) => spelling),
    rows.map(({ mail }) => mail),
    rows.map(({ fact }) => fact),
    rows.map(({ untallied }) => untallied),
  ];
}
