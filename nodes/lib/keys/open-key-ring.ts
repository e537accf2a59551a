/** A folder, or the text of an environment variable, in; the app's keys out. Made at the first opening. */
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { platform } from 'node:os';
import { join } from 'node:path';
import { EmailError } from '../kernel/errors.ts';
import { syncFolder } from '../store/spool.ts';
import type { KeyPurpose, KeyRing } from './key-ring.ts';
import { formatKeys, keyPurposes, newKey, parseKeys, type StoredKeys } from './stored-keys.ts';

export interface KeyRingOptions {
  /** The app's own; whoever opens the ring holds the lock of its store. */
  readonly folder: string;
  /** The text of keys.json, when the keys are not to lie on the disk. */
  readonly fromEnvironment?: string;
  /** ms since the epoch */
  readonly now: number;
  readonly randomBytes: (count: number) => Uint8Array;
}

export interface RotatingKeyRing extends KeyRing {
  /**
   * Seals with a fresh key from now on. The old ones stay for ever, so links in old mails go on working; whoever must
   * retire one takes it out of keys.json by hand. Throws EmailError `bad-keys` when the keys come from the environment.
   */
  rotate(purpose: Exclude<KeyPurpose, 'address-hash'>, now: number): Promise<void>;
}

/**
 * Throws EmailError `bad-keys` (damaged: never replaced by fresh ones, since nobody on the list would be found then),
 * `keys-exposed` (others may read the file) and what the file system throws as `store-unavailable`.
 */
export async function openKeyRing(options: KeyRingOptions): Promise<RotatingKeyRing> {
  const { folder, fromEnvironment, now, randomBytes } = options;
  const file = join(folder, 'keys.json');
  let stored =
    fromEnvironment === undefined
      ? onDisk(folder, () => completeKeys(readKeys(file) ?? noKeys(), file, options))
      : parseOrRefuse(fromEnvironment, 'the environment');
  return {
    current: (purpose) => stored[purpose][0] ?? refuse(file, `there is none for ${purpose}`),
    find: (purpose, id) => stored[purpose].find((key) => key.id === id),
    async rotate(purpose, at = now) {
      if (fromEnvironment !== undefined) refuse('the environment', 'they are changed where they come from');
      const next = { ...stored, [purpose]: [newKey(stored[purpose], at, randomBytes), ...stored[purpose]] };
      onDisk(folder, () => writeKeys(file, next));
      stored = next;
    },
  };
}

function readKeys(file: string): StoredKeys | undefined {
  const facts = statSync(file, { throwIfNoEntry: false });
  if (!facts) return undefined;
  // Windows has no such mode bits: every file looks open there.
  if (platform() !== 'win32' && facts.mode & 0o077) {
    throw new EmailError('keys-exposed', { detail: { value: file } });
  }
  return parseOrRefuse(readFileSync(file, 'utf8'), file);
}

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
