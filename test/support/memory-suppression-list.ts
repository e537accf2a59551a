import { EmailError } from '../../nodes/lib/kernel/errors.ts';
import { addressKey, domainOf } from '../../nodes/lib/mail/address.ts';
import type { SuppressionImport } from '../../nodes/lib/suppression/suppression-import.ts';
import type {
  NewSuppression,
  Removal,
  Suppression,
  SuppressionEvent,
  SuppressionList,
} from '../../nodes/lib/suppression/suppression-list.ts';
import { requireExpiry } from '../../nodes/lib/suppression/suppression-policy.ts';

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
export function memorySuppressionList(memory = suppressionMemory()): MemorySuppressionList {
  let failing = false;
  let importing = false;
  const check = () => {
    if (!failing) return;
    throw new EmailError('store-unavailable', { retryable: true, detail: { value: 'memory', why: 'gone' } });
  };
  const keysOf = (address: string) => [addressKey(address), `@${addressKey(domainOf(address))}`];
  const isExpired = ({ expiresAt }: NewSuppression, now: number) =>
    expiresAt !== undefined && expiresAt <= now;
  const endOf = ({ expiresAt = Number.POSITIVE_INFINITY }: NewSuppression) => expiresAt;
  const isSame = (one: NewSuppression & { key: string }, other: NewSuppression & { key: string }) =>
    one.key === other.key && one.listTopic === other.listTopic && one.cause === other.cause;

  const addOne = (given: NewSuppression): boolean => {
    const entry = { ...given, erased: false, key: addressKey(given.address) };
    const there = memory.entries.find((other) => isSame(other, entry));
    if (there && endOf(there) >= endOf(entry)) return false;
    memory.entries = [...memory.entries.filter((other) => other !== there), entry];
    memory.events.push({ ...eventOf(entry), action: 'added', key: entry.key });
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
        return addAll(end()).length;
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
    remove: async ({ address, listTopic, cause: only, ...rest }: Removal) => {
      check();
      const key = addressKey(address);
      const isMeant = ({ cause }: NewSuppression) => only === undefined || cause === only;
      const ofScope = memory.entries.filter((entry) => entry.key === key && entry.listTopic === listTopic);
      const gone = ofScope.filter(isMeant);
      memory.entries = memory.entries.filter((entry) => !gone.includes(entry));
      for (const { cause } of gone) memory.events.push({ ...rest, listTopic, cause, action: 'removed', key });
      return gone.length > 0;
    },
    find: async (addresses, now) => {
      check();
      const found = new Map<string, readonly Suppression[]>();
      for (const address of addresses) {
        const keys = keysOf(address);
        const held = memory.entries.filter((entry) => keys.includes(entry.key) && !isExpired(entry, now));
        if (held.length > 0) found.set(address, held.map(withoutKey));
      }
      return found;
    },
    history: async (address) => {
      check();
      const events = memory.events.filter(({ key }) => key === addressKey(address));
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
      const isTheirs = (entry: { key: string }) => entry.key === key;
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
  return ('address' in rest ? { ...rest, address: '', erased: true } : rest) as Row;
}
