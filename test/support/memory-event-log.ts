import type { SoftBounceTally } from '../../nodes/lib/event/automatic-suppression.ts';
import type { EmailEvent, EventLog, NewEvent } from '../../nodes/lib/event/event-log.ts';

/** The port `EventLog` without a disk; it passes the same contract suite. */
export function memoryEventLog(app = 'Shop'): EventLog {
  const listeners = new Set<() => void>();
  const keys = new Set<string>();
  const positions = new Map<string, number>();
  let events: { sequence: number; event: EmailEvent }[] = [];
  let sequence = 0;

  const add = ({ key, ...told }: NewEvent): EmailEvent[] => {
    if (key !== undefined && keys.has(key)) return [];
    if (key !== undefined) keys.add(key);
    sequence += 1;
    const event = structuredClone({ id: `e${sequence}`, app, ...told });
    events.push({ sequence, event });
    return [event];
  };
  return {
    async append(added) {
      const fresh = added.flatMap(add);
      if (fresh.length > 0) for (const listener of listeners) listener();
      return fresh;
    },
    async read({ after = '0', types, limit }) {
      const following = events.filter((row) => row.sequence > Number(after));
      const wanted = following.filter(({ event }) => !types || types.includes(event.type)).slice(0, limit);
      const last = wanted.length === limit ? wanted.at(-1) : following.at(-1);
      return {
        events: wanted.map(({ event }) => structuredClone(event)),
        positions: wanted.map((row) => String(row.sequence)),
        position: last && String(last.sequence),
      };
    },
    position: async (reader) => positions.get(reader)?.toString(),
    async setPosition(reader, position) {
      positions.set(reader, Number(position));
    },
    end: async () => (events.length > 0 ? String(sequence) : undefined),
    onAppended(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async prune(before) {
      const isOld = (row: (typeof events)[number]) => row.event.at < before && row.sequence < sequence;
      const gone = Math.max(0, ...events.filter(isOld).map((row) => row.sequence));
      events = events.filter((row) => !isOld(row));
      for (const [reader, position] of positions) if (position < gone) positions.delete(reader);
    },
  };
}

export function memorySoftBounces(): SoftBounceTally {
  const rows = new Map<string, Map<string, number>>();
  return {
    async add({ address, mail, at, since }) {
      const row = rows.get(address) ?? new Map<string, number>();
      rows.set(address, row);
      if (!row.has(mail)) row.set(mail, at);
      return [...row.values()].filter((time) => time >= since).length;
    },
    async forget(address) {
      rows.delete(address);
    },
    async prune(before) {
      for (const row of rows.values()) for (const [mail, at] of row) if (at < before) row.delete(mail);
    },
  };
}
