/** A folder, or the text of an environment variable, in; the app's keys out. Made at the first opening. */
import { hkdfSync } from 'node:crypto';
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { platform } from 'node:os';
import { join } from 'node:path';
import { EmailError } from '../kernel/errors.ts';
import { syncFolder } from '../kernel/sync-folder.ts';
import type { AppKey, KeyPurpose, KeyRing } from './key-ring.ts';
import {
  type KeyMemory,
  type RememberedKeys,
  recallKeys,
  rememberKeys,
  requireRemembered,
} from './remembered-keys.ts';
import { formatKeys, keyPurposes, newKey, parseKeys, type StoredKeys } from './stored-keys.ts';

export interface KeyRingOptions {
  /** The app's own; whoever opens the ring holds the lock of its store. */
  readonly folder: string;
  /** The text of keys.json, when the keys are not to lie on the disk. */
  readonly fromEnvironment?: string;
  /** Of the store; without one every opening is taken for the first. */
  readonly memory?: KeyMemory;
  /** ms since the epoch */
  readonly now: number;
  readonly randomBytes: (count: number) => Uint8Array;
}

export interface RotatingKeyRing extends KeyRing {
  /** Newest first, with the retired ones. */
  all(purpose: KeyPurpose): readonly AppKey[];
  /**
   * Seals with a fresh key from now on. The old ones stay for ever, so links in old mails go on working; whoever must
   * retire one takes it out of keys.json by hand. Throws EmailError `bad-keys` when the keys come from the environment.
   */
  rotate(purpose: Exclude<KeyPurpose, 'address-hash'>, now: number): Promise<void>;
}

/**
 * Throws EmailError `bad-keys` (damaged, or missing although the store was used with some: never replaced by fresh ones,
 * since no link in a mail would open then and nobody on the list would be found), `wrong-key` (not those of the store),
 * `keys-exposed` (others may read the file) and what the file system throws as `store-unavailable`.
 */
export async function openKeyRing(options: KeyRingOptions): Promise<RotatingKeyRing> {
  const { folder, fromEnvironment, memory = noMemory, now, randomBytes } = options;
  const file = join(folder, 'keys.json');
  const remembered = await recallKeys(memory);
  let stored =
    fromEnvironment === undefined
      ? onDisk(folder, () => withDerived(completeKeys(readKeys(file, remembered), file, options)))
      : readEnvironment(fromEnvironment, remembered);
  await rememberKeys(stored, remembered, memory);
  return {
    current: (purpose) => stored[purpose][0] ?? refuse(file, `there is none for ${purpose}`),
    all: (purpose) => stored[purpose],
    find: (purpose, id) => stored[purpose].find((key) => key.id === id),
    async rotate(purpose, at = now) {
      if (fromEnvironment !== undefined) refuse('the environment', 'they are changed where they come from');
      const next = { ...stored, [purpose]: [newKey(stored[purpose], at, randomBytes), ...stored[purpose]] };
      onDisk(folder, () => writeKeys(file, next));
      stored = next;
      await rememberKeys(stored, remembered, memory);
    },
  };
}

const noMemory: KeyMemory = { read: async () => undefined, write: async () => {} };

function readEnvironment(text: string, remembered: RememberedKeys): StoredKeys {
  const keys = withDerived(parseOrRefuse(text, 'the environment'));
  requireRemembered(keys, remembered, 'the environment');
  return keys;
}

/**
 * Keys in the environment from before there was one for rows must not keep the app from sending, and nothing can be
 * added there from here. So one is made of the key for addresses, which is the same for ever (RFC 5869). It comes last:
 * it goes on opening what it sealed when there is another to seal with, wherever that lies.
 */
function withDerived(keys: StoredKeys): StoredKeys {
  const {
    'address-hash': [source],
    rows,
  } = keys;
  if (!source || rows.some(({ id }) => id === source.id)) return keys;
  const secret = new Uint8Array(hkdfSync('sha256', source.secret, '', 'rows of an app', 32));
  return { ...keys, rows: [...rows, { ...source, secret }] };
}

/** None for any purpose when there is no file and never was one. */
function readKeys(file: string, remembered: RememberedKeys): StoredKeys {
  const facts = statSync(file, { throwIfNoEntry: false });
  if (!facts && remembered.size > 0) refuse(file, missing);
  if (!facts) return noKeys();
  // Windows has no such mode bits: every file looks open there.
  if (platform() !== 'win32' && facts.mode & 0o077) {
    throw new EmailError('keys-exposed', { detail: { value: file } });
  }
  const keys = parseOrRefuse(readFileSync(file, 'utf8'), file);
  requireRemembered(withDerived(keys), remembered, file);
  return keys;
}

const missing =
  'the file is missing although mails were sent with its keys; restore it (several machines of an app need the same file), or the environment variable that held them';

function noKeys(): StoredKeys {
  return Object.fromEntries(keyPurposes.map((purpose) => [purpose, []])) as unknown as StoredKeys;
}

/** A key for each purpose that has none; written only if there was such a purpose. */
function completeKeys(keys: StoredKeys, file: string, { now, randomBytes }: KeyRingOptions): StoredKeys {
  const missing = keyPurposes.filter((purpose) => keys[purpose].length === 0);
  if (missing.length === 0) return keys;
  const fresh = Object.fromEntries(missing.map((purpose) => [purpose, [newKey([], now, randomBytes)]]));
  const stored = { ...keys, ...fresh };
  writeKeys(file, stored);
  return stored;
}

/** On disk as a whole before its name is: a cut-off write leaves the keys of before. */
function writeKeys(file: string, stored: StoredKeys): void {
  const unfinished = `${file}.part`;
  rmSync(unfinished, { force: true });
  writeFileSync(unfinished, formatKeys(stored), { mode: 0o600, flag: 'wx', flush: true });
  renameSync(unfinished, file);
  syncFolder(join(file, '..'));
}

function parseOrRefuse(text: string, source: string): StoredKeys {
  return parseKeys(text) ?? refuse(source, 'they are damaged');
}

function refuse(value: string, why: string): never {
  throw new EmailError('bad-keys', { detail: { value, why } });
}

function onDisk<Result>(folder: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (error instanceof EmailError) throw error;
    const why = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new EmailError('store-unavailable', {
      detail: { value: folder, why },
      retryable: true,
      cause: error,
    });
  }
}
