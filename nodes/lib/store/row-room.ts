/** The keys of an app's rows come into the store's thread once they are known; what works with them is there before. */
import { createHmac } from 'node:crypto';
import type { AppKey, KeyRing } from '../keys/key-ring.ts';
import { type RowSeal, rowSeal } from '../keys/row-seal.ts';
import { type AddressHasher, addressHasher } from '../suppression/address-hasher.ts';

export interface RowKeys {
  /** Newest first; retired ones go on opening what they sealed. */
  readonly keys: readonly AppKey[];
  /** What addresses are hashed with. */
  readonly addressSecret: Uint8Array;
  /** Whose rows they are. */
  readonly place: string;
}

/** Its seal and its hashes fail until the keys are there: nothing is ever written without them. */
export interface RowRoom {
  readonly seal: RowSeal;
  /** 16 bytes, as `person` of the suppression list. */
  readonly personOf: (address: string) => Buffer;
  /** Of one address in whichever case, as text. */
  readonly mailboxOf: (address: string) => string;
  /** Of a text that must be known again and may name people. */
  readonly markOf: (text: string) => string;
  readonly unlock: (keys: RowKeys) => void;
}

export function rowRoom(): RowRoom {
  let seal: RowSeal | undefined;
  let hasher: AddressHasher | undefined;
  let secret: Uint8Array | undefined;
  return {
    seal: {
      seal: (plain) => unlocked(seal).seal(plain),
      open: (sealed) => unlocked(seal).open(sealed),
    },
    personOf: (address) => unlocked(hasher).hash(address).person,
    mailboxOf(address) {
      const { person, spelling = person } = unlocked(hasher).hash(address);
      return spelling.toString('base64url');
    },
    markOf: (text) =>
      createHmac('sha256', unlocked(secret)).update(`the mark of ${text}`).digest('base64url').slice(0, 32),
    unlock({ keys, addressSecret, place }) {
      seal = rowSeal(ringOf(keys), place);
      hasher = addressHasher(addressSecret);
      secret = addressSecret;
    },
  };
}

function unlocked<Room>(room: Room | undefined): Room {
  if (!room) throw new Error('the keys of the rows are not there yet');
  return room;
}

function ringOf(keys: readonly AppKey[]): Pick<KeyRing, 'current' | 'find'> {
  const [newest] = keys;
  return {
    current: () => unlocked(newest),
    find: (_purpose, id) => keys.find((key) => key.id === id),
  };
}
