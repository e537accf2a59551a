import { EmailError } from '../../nodes/lib/kernel/errors.ts';
import { addressKey, domainOf } from '../../nodes/lib/mail/address.ts';
import { foldAddress } from '../../nodes/lib/mail/address-folding.ts';
import type { SuppressionImport } from '../../nodes/lib/suppression/suppression-import.ts';
import type {
  NewSuppression,
  Removal,
  Suppression,
  SuppressionEvent,
  SuppressionList,
} from '../../nodes/lib/suppression/suppression-list.ts';
import { isGrave, requireExpiry } from '../../nodes/lib/suppression/suppression-policy.ts';

/** What outlives closing: hand the same memory to a second list to see what a restart sees. */
export interface SuppressionMemory {
  entries: (Suppression & { readonly key: string })[];
  events: (SuppressionEvent & { readonly key: string })[];
}

export function suppressionMemory(): SuppressionMemory {
  return { entries: [], events: [] };
}

export interface MemorySuppressionList extends SuppressionList {
  /** From now on every call rejects with `store-unavailable`, as when the disk has gone; `mend` ends that. */
  fail(): void;
  mend(): void;
}

/** The port `SuppressionList` in memory, for tests. */
export function memorySuppressionList(
  memory = suppressionMemory(),
  { foldAddresses = false } = {},
): MemorySuppressionList {
  let failing = false;
  let importing = false;
  const check = () => {
    if (!failing) return;
    throw new EmailError('store-unavailable', { retryable: true, detail: { value: 'memory', why: 'gone' } });
  };
  const personOf = (key: string) => (foldAddresses ? foldAddress(key) : key);
  const isOf = (address: string) => {
    const person = personOf(addressKey(address));
    return ({ key }: { key: string }) => personOf(key) === person;
  };
  const isExpired = ({ expiresAt }: NewSuppression, now: number) =>
    expiresAt !== undefined && expiresAt <= now;
  const endOf = ({ expiresAt = Number.POSITIVE_INFINITY }: NewSuppression) => expiresAt;
  const isSame = (one: NewSuppression & { key: string }, other: NewSuppression & { key: string }) =>
    one.key === other.key && one.listTopic === other.listTopic && one.cause === other.cause;

  const addOne = (given: NewSuppression): boolean => {
    const entry = { ...given, erased: false, key: addressKey(given.address) };
    const there = memory.entries.find((other) => isSame(other, entry));
    if (there && endOf(there) >= endOf(entry)) return false;
    const ofErased = memory.entries.some((other) => other.erased && isOf(given.address)(other));
    const kept = ofErased ? anonymous(entry) : entry;
    memory.entries = [...memory.entries.filter((other) => other !== there), kept];
    memory.events.push({ ...eventOf(kept), action: 'added', key: entry.key });
    return true;
  };
  const addAll = (entries: readonly NewSuppression[]) => {
    for (const entry of entries) requireExpiry(entry);
    return entries.filter(addOne);
  };

  const startImport = async (): Promise<SuppressionImport> => {
    check();
    if (importing) throw new EmailError('import-running', { retryable: true });
    importing = true;
    let staged: NewSuppression[] = [];
    const end = () => {
      const all = staged;
      staged = [];
      importing = false;
      return all;
    };
    return {
      stage: async (entries) => {
        check();
        for (const entry of entries) requireExpiry(entry);
        staged.push(...entries);
      },
      commit: async () => {
        check();
        const all = end();
        const added = addAll(all).length;
        const isErased = ({ address }: NewSuppression) =>
          memory.entries.some((entry) => entry.erased && isOf(address)(entry));
        return { added, erased: all.filter(isErased).length };
      },
      drop: async () => {
        end();
      },
    };
  };

  return {
    fail: () => {
      failing = true;
    },
    mend: () => {
      failing = false;
    },
    add: async (entries) => {
      check();
      return addAll(entries);
    },
    remove: async ({ address, listTopic, cause: only, graveToo, ...rest }: Removal) => {
      check();
      const isMeant = ({ cause }: NewSuppression) => (only ? cause === only : graveToo || !isGrave(cause));
      const ofScope = memory.entries.filter((entry) => isOf(address)(entry) && entry.listTopic === listTopic);
      const gone = ofScope.filter(isMeant);
      memory.entries = memory.entries.filter((entry) => !gone.includes(entry));
      for (const { cause, key } of gone)
        memory.events.push({ ...rest, listTopic, cause, action: 'removed', key });
      return gone.length > 0;
    },
    find: async (addresses, now) => {
      check();
      const found = new Map<string, readonly Suppression[]>();
      for (const address of addresses) {
        const isTheirs = [isOf(address), isOf(`@${domainOf(address)}`)];
        const held = memory.entries.filter(
          (entry) => isTheirs.some((test) => test(entry)) && !isExpired(entry, now),
        );
        if (held.length > 0) found.set(address, held.map(withoutKey));
      }
      return found;
    },
    history: async (address) => {
      check();
      const events = memory.events.filter(isOf(address));
      return events.sort((one, other) => one.at - other.at).map(withoutKey);
    },
    list: async ({ limit, after = '0' }) => {
      check();
      const end = Number(after) + limit;
      const entries = memory.entries.slice(Number(after), end).map(withoutKey);
      return { entries, next: end < memory.entries.length ? String(end) : undefined };
    },
    erase: async (address, at) => {
      check();
      const key = addressKey(address);
      const isTheirs = isOf(address);
      const known = memory.entries.some(isTheirs);
      memory.entries = memory.entries.map((entry) => (isTheirs(entry) ? anonymous(entry) : entry));
      memory.events = memory.events.map((event) => (isTheirs(event) ? anonymous(event) : event));
      if (known) memory.events.push({ at, action: 'erased', method: 'api', key });
      return known;
    },
    count: async () => {
      check();
      return memory.entries.length;
    },
    prune: async (now, evidenceBefore) => {
      check();
      const forget = <Row extends { at: number }>(row: Row): Row =>
        row.at < evidenceBefore ? { ...row, evidence: undefined } : row;
      memory.entries = memory.entries.filter((entry) => !isExpired(entry, now)).map(forget);
      memory.events = memory.events.map(forget);
    },
    startImport,
  };
}

function eventOf({ at, listTopic, cause, method, emailId, detail, evidence }: NewSuppression) {
  return { at, listTopic, cause, method, emailId, detail, evidence };
}

function withoutKey<Row extends { key: string }>({ key: _key, ...row }: Row): Omit<Row, 'key'> {
  return row;
}

function anonymous<Row extends SuppressionMemory['entries'][number] | SuppressionMemory['events'][number]>(
  row: Row,
): Row {
  const { emailId: _emailId, detail: _detail, evidence: _evidence, ...rest } = row;
  if (!('address' in rest)) return rest as Row;
  return { ...rest, address: String(rest.address).startsWith('@') ? '@' : '', erased: true } as Row;
}
