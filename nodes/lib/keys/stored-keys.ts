/** Text of keys.json in, the keys of each purpose out, and back: read strictly, since a lost key is lost for ever. */
import { parseJson } from '../kernel/parse-json.ts';
import { isPlainRecord } from '../kernel/plain-record.ts';
import type { AppKey, KeyPurpose } from './key-ring.ts';

/** Newest first. */
export type StoredKeys = Readonly<Record<KeyPurpose, readonly StoredKey[]>>;

export interface StoredKey extends AppKey {
  /** ms since the epoch */
  readonly madeAt: number;
}

export const keyPurposes: readonly KeyPurpose[] = [
  'unsubscribe-token',
  'address-hash',
  'page-nonce',
  'confirmation-token',
  'vault',
  'mail-tag',
  'rows',
];

/** Rings made before there were these purposes have none for them, and get one. */
const addedLater: ReadonlySet<KeyPurpose> = new Set(['confirmation-token', 'vault', 'mail-tag', 'rows']);

const version = 1;
const secretBytes = 32;

/** `{version: 1, keys: {<purpose>: [{id, madeAt, secret: base64url}, …]}}`; undefined if it is anything else. */
export function parseKeys(text: string): StoredKeys | undefined {
  const root = parseJson(text);
  if (!isPlainRecord(root) || root.version !== version || !isPlainRecord(root.keys)) return undefined;
  const { keys } = root;
  const lists = keyPurposes.map((purpose) => [purpose, readPurpose(keys, purpose)] as const);
  if (!lists.every(([, list]) => list !== undefined)) return undefined;
  const stored = Object.fromEntries(lists) as unknown as StoredKeys;
  return stored['address-hash'].length === 1 ? stored : undefined;
}

export function formatKeys(stored: StoredKeys): string {
  const keys = Object.fromEntries(keyPurposes.map((purpose) => [purpose, stored[purpose].map(toJson)]));
  return `${JSON.stringify({ version, keys }, null, 2)}\n`;
}

function readPurpose(keys: Readonly<Record<string, unknown>>, purpose: KeyPurpose) {
  return addedLater.has(purpose) && keys[purpose] === undefined ? [] : readList(keys[purpose]);
}

function readList(value: unknown): readonly StoredKey[] | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const keys = value.map(readKey).filter((key) => key !== undefined);
  const areAllThere = keys.length === value.length && new Set(keys.map(({ id }) => id)).size === keys.length;
  return areAllThere ? keys : undefined;
}

function readKey(value: unknown): StoredKey | undefined {
  if (!isPlainRecord(value)) return undefined;
  const { id, madeAt, secret } = value;
  if (typeof id !== 'string' || !/^[a-z0-9]{4}$/.test(id)) return undefined;
  if (typeof madeAt !== 'number' || !Number.isSafeInteger(madeAt) || typeof secret !== 'string')
    return undefined;
  const bytes = Buffer.from(secret, 'base64url');
  const isWhole = bytes.length === secretBytes && bytes.toString('base64url') === secret;
  return isWhole ? { id, madeAt, secret: bytes } : undefined;
}

function toJson({ id, madeAt, secret }: StoredKey) {
  return { id, madeAt, secret: Buffer.from(secret).toString('base64url') };
}

/** A fresh key whose id is none of `taken`. */
export function newKey(
  taken: readonly StoredKey[],
  now: number,
  randomBytes: (count: number) => Uint8Array,
): StoredKey {
  for (;;) {
    const id = readId(randomBytes(4));
    if (!taken.some((key) => key.id === id)) return { id, madeAt: now, secret: randomBytes(secretBytes) };
  }
}

const idLetters = 'abcdefghijklmnopqrstuvwxyz012345';

/** 32 letters, so that each is as likely as any other. */
function readId(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => idLetters[byte % idLetters.length]).join('');
}
