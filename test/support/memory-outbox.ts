import { errorSentences } from '../../nodes/lib/kernel/error-sentences.ts';
import { EmailError } from '../../nodes/lib/kernel/errors.ts';
import type {
  FinalState,
  NewPart,
  NewRequest,
  Outbox,
  OutboxEntry,
  PartRecord,
  PartState,
  RefusedRecipient,
  Settlement,
} from '../../nodes/lib/outbound/outbox.ts';
import { classPause, endOfTime, foundOut } from '../../nodes/lib/outbound/outbox.ts';
import { scopedKey } from '../../nodes/lib/request/idempotency.ts';

/** What outlives closing: hand the same memory to a second outbox to see what a restart sees. */
export interface OutboxMemory {
  readonly requests: StoredRequest[];
  readonly keys: Map<string, { fingerprint: string; request: StoredRequest; at: number }>;
  readonly pauses: Map<string, number>;
  readonly notes: Map<string, string>;
  nextContentId: number;
}

interface StoredRequest {
  readonly asked: NewRequest;
  readonly contentId: number;
  parts: StoredPart[];
}

interface StoredPart {
  readonly request: StoredRequest;
  readonly index: number;
  part: NewPart;
  state: PartState;
  dueAt: number;
  pausedBy?: string;
  owed: boolean;
  partlyTaken: boolean;
  attempts: number;
  code: string;
  reason: string;
  refused: RefusedRecipient[];
  providerMessageId?: string;
  settledAt?: number;
  enhancedStatus?: string;
  tagged?: boolean;
}

export interface MemoryOutboxOptions {
  readonly memory?: OutboxMemory;
  readonly now?: number;
  readonly unknown?: 'hold' | 'resend';
  readonly maxWaiting?: number;
}

export function outboxMemory(): OutboxMemory {
  return { requests: [], keys: new Map(), pauses: new Map(), notes: new Map(), nextContentId: 1 };
}

type Ending = Pick<Settlement, 'state' | 'code' | 'reason' | 'at'>;

const rank = { high: 0, normal: 1, low: 2 };
const isOpen = (part: StoredPart) => ['held', 'queued', 'sending'].includes(part.state);
const domainOf = (address: string) => address.slice(address.lastIndexOf('@') + 1).toLowerCase();

/** The port `Outbox` without a disk, for tests of what stands on it; it passes the same contract suite. */
export function memoryOutbox(options: MemoryOutboxOptions = {}): Outbox {
  const memory = options.memory ?? outboxMemory();
  const maxWaiting = options.maxWaiting ?? Number.POSITIVE_INFINITY;
  let closed = false;
  recover(memory, options.now ?? 0, options.unknown ?? 'hold');

  const allParts = () => memory.requests.flatMap((request) => request.parts);
  const findPart = (id: string) => allParts().find(({ part }) => part.id === id);
  const found = (ids: readonly string[]) =>
    [...new Set(ids)].map(findPart).filter((part) => part !== undefined);

  const calls = {
    accept(asked: NewRequest) {
      const { key: given, fingerprint } = asked.idempotency ?? {};
      const key = asked.idempotency && scopedKey(asked.idempotency);
      const known = key === undefined ? undefined : memory.keys.get(key);
      if (known && known.fingerprint !== fingerprint)
        throw new EmailError('idempotency-conflict', { detail: { value: String(given) } });
      if (known)
        return {
          kind: 'repeated',
          requestId: known.request.asked.id,
          parts: known.request.parts.map(recordOf),
        };
      if (allParts().filter(isOpen).length + asked.parts.length > maxWaiting)
        throw new EmailError('queue-full', { detail: { count: maxWaiting }, retryable: true });
      const request = storedRequest(asked, memory.nextContentId++);
      memory.requests.push(request);
      if (key !== undefined)
        memory.keys.set(key, { fingerprint: String(fingerprint), request, at: asked.acceptedAt });
      return { kind: 'accepted' };
    },

    claim(limit: number, now: number) {
      const claimed: OutboxEntry[] = [];
      while (claimed.length < limit) {
        const part = nextDue(allParts(), now);
        if (!part) break;
        const pause = pauseOf(part, memory.pauses, now);
        if (pause) defer(part, pause, now);
        else claimed.push(claimPart(part));
      }
      return claimed;
    },

    content(contentId: number) {
      const request = memory.requests.find((stored) => stored.contentId === contentId);
      if (!request)
        throw new EmailError('store-corrupt', {
          detail: { value: 'memory', why: 'a mail’s content is missing' },
        });
      return request.asked.content;
    },

    settle(settlements: readonly Settlement[]) {
      return settlements.flatMap((settlement) => {
        const part = findPart(settlement.partId);
        if (part?.state !== 'sending') return [];
        settlePart(part, settlement);
        return settlement.state === 'later' ? [] : [recordOf(part)];
      });
    },

    cancel(partIds: readonly string[], now: number) {
      return partIds.flatMap((id) => {
        const part = findPart(id);
        if (part?.state !== 'held' && part?.state !== 'queued') return [];
        finish(part, { state: 'cancelled', code: 'cancelled', reason: errorSentences.cancelled, at: now });
        return [recordOf(part)];
      });
    },

    resend(partIds: readonly string[], now: number) {
      const unknown = found(partIds).filter((part) => part.state === 'unknown');
      for (const part of unknown) {
        part.settledAt = undefined;
        part.owed = part.request.asked.reports;
        queue(part, now);
      }
      return unknown.length;
    },

    retryNow(partIds: readonly string[], now: number) {
      const later = found(partIds).filter((part) => part.state === 'queued' && part.dueAt > now);
      for (const part of later) queue(part, now);
      return later.length;
    },

    resolve(partIds: readonly string[], as: 'sent' | 'failed', at: number) {
      const unknown = found(partIds).filter((part) => part.state === 'unknown');
      for (const part of unknown) {
        part.owed = part.request.asked.reports;
        finish(part, { state: as, ...foundOut[as], at });
      }
      return unknown.map(recordOf);
    },

    unreported(node: string, limit: number) {
      return allParts()
        .filter((part) => part.request.asked.node === node && part.owed && !isOpen(part))
        .sort((a, b) => Number(a.settledAt) - Number(b.settledAt))
        .slice(0, limit)
        .map((part) => ({ record: recordOf(part), message: part.request.asked.message }));
    },

    markReported(partIds: readonly string[]) {
      for (const part of found(partIds)) if (!isOpen(part)) part.owed = false;
    },

    find(partId: string) {
      const part = findPart(partId);
      return part && recordOf(part);
    },

    partsOf(requestId: string, from: number, limit: number) {
      const parts = memory.requests.find(({ asked }) => asked.id === requestId)?.parts ?? [];
      return parts.slice(from, from + limit).map(recordOf);
    },

    counts(now: number) {
      const queued = allParts().filter((part) => part.state === 'queued');
      const due = queued.filter((part) => part.dueAt <= now);
      const later = queued.filter((part) => part.dueAt > now);
      const inState = (state: PartState) => allParts().filter((part) => part.state === state).length;
      return {
        waiting: due.length,
        scheduled: later.length,
        sending: inState('sending'),
        unknown: inState('unknown'),
        oldestDueAt: earliest(due),
        nextDueAt: earliest(later.filter((part) => part.dueAt < endOfTime)),
      };
    },

    pauseDomain(domain: string, until: number) {
      memory.pauses.set(domain, until);
      for (const part of allParts())
        if (part.state === 'queued' && part.pausedBy === domain) part.dueAt = Math.min(part.dueAt, until);
    },

    readNote: (name: string) => memory.notes.get(name),

    writeNote(name: string, value: string | undefined) {
      if (value === undefined) memory.notes.delete(name);
      else memory.notes.set(name, value);
    },

    prune(before: number, keysBefore: number) {
      for (const [key, { at }] of memory.keys) if (at < keysBefore) memory.keys.delete(key);
      const keyed = new Set([...memory.keys.values()].map(({ request }) => request));
      const old = memory.requests.filter(
        (request) =>
          !keyed.has(request) &&
          request.parts.every((part) => !isOpen(part) && Number(part.settledAt) < before),
      );
      memory.requests.splice(0, Infinity, ...memory.requests.filter((request) => !old.includes(request)));
      return old.length;
    },
  };

  return {
    ...(asynchronous(calls, () => closed) as unknown as Omit<Outbox, 'close'>),
    close: async () => {
      closed = true;
    },
  };
}

/** Calls answer later and as copies, as they do across a thread. */
function asynchronous(calls: Record<string, (...args: never[]) => unknown>, isClosed: () => boolean) {
  const wrapped = Object.entries(calls).map(([name, call]) => [
    name,
    async (...args: never[]) => {
      if (isClosed()) throw new EmailError('app-closed');
      return structuredClone(call(...structuredClone(args)));
    },
  ]);
  return Object.fromEntries(wrapped);
}

function recover(memory: OutboxMemory, now: number, unknown: 'hold' | 'resend'): void {
  const cutOff = memory.requests.flatMap(({ parts }) => parts).filter((part) => part.state === 'sending');
  for (const part of cutOff) {
    part.attempts += 1;
    if (unknown === 'resend') queue(part, now);
    else
      finish(part, {
        state: 'unknown',
        code: 'outcome-unknown',
        reason: errorSentences['outcome-unknown'],
        at: now,
      });
  }
}

function storedRequest(asked: NewRequest, contentId: number): StoredRequest {
  const request: StoredRequest = { asked, contentId, parts: [] };
  const holds = asked.parts.some((part) => part.riders.length > 0);
  request.parts = asked.parts.map((part, index) => ({
    request,
    index,
    part,
    state: holds && part.riders.length === 0 ? 'held' : 'queued',
    dueAt: asked.dueAt,
    owed: asked.reports,
    partlyTaken: false,
    attempts: 0,
    code: '',
    reason: '',
    refused: [],
  }));
  return request;
}

function nextDue(parts: readonly StoredPart[], now: number): StoredPart | undefined {
  const due = parts.filter((part) => part.state === 'queued' && part.dueAt <= now);
  const order = (a: StoredPart, b: StoredPart) =>
    rank[a.request.asked.priority] - rank[b.request.asked.priority] || a.dueAt - b.dueAt;
  return due.sort(order)[0];
}

function pauseOf({ part, request }: StoredPart, pauses: ReadonlyMap<string, number>, now: number) {
  if (Number(request.asked.expiresAt) <= now) return undefined;
  const names = [classPause(request.asked.messageClass), ...part.recipients.map(domainOf)];
  const domain = names.find((name) => Number(pauses.get(name)) > now);
  return domain === undefined ? undefined : { domain, until: Number(pauses.get(domain)) };
}

function defer(part: StoredPart, pause: { domain: string; until: number }, now: number): void {
  part.pausedBy = pause.domain;
  part.dueAt = Math.min(pause.until, part.request.asked.expiresAt ?? pause.until);
  passOnRiders(part, { state: 'later', code: '', reason: '', at: now });
}

function claimPart(part: StoredPart): OutboxEntry {
  part.state = 'sending';
  const { asked, contentId } = part.request;
  return {
    part: part.part,
    requestId: asked.id,
    contentId,
    sender: asked.content.from.address,
    messageClass: asked.messageClass,
    listTopic: asked.listTopic,
    startsAt: asked.dueAt,
    expiresAt: asked.expiresAt,
    attempts: part.attempts,
    partlyTaken: part.partlyTaken,
  };
}

function settlePart(part: StoredPart, settlement: Settlement): void {
  const { state, at, recipients } = settlement;
  if (settlement.attempted) part.attempts += 1;
  part.refused.push(...(settlement.refused ?? []));
  part.providerMessageId = settlement.providerMessageId ?? part.providerMessageId;
  if (settlement.messageId !== undefined) part.part = { ...part.part, messageId: settlement.messageId };
  part.code = settlement.code;
  part.reason = settlement.reason;
  part.enhancedStatus = settlement.enhancedStatus;
  if (settlement.attempted) part.tagged = settlement.tagged;
  part.state = state === 'later' ? 'queued' : state;
  if (state === 'later') queue(part, settlement.dueAt ?? at);
  else part.settledAt = at;
  if (state !== 'later' || !recipients) passOnRiders(part, settlement);
  else {
    if (part.part.riders.length > 0) releaseHeld(part.request, at);
    part.part = { ...part.part, recipients, riders: [] };
    part.partlyTaken = settlement.partlyTaken === true;
  }
}

function queue(part: StoredPart, dueAt: number): void {
  part.state = 'queued';
  part.dueAt = dueAt;
  part.pausedBy = undefined;
}

function finish(part: StoredPart, ending: Ending & { state: FinalState }): void {
  part.state = ending.state;
  part.code = ending.code;
  part.reason = ending.reason;
  part.settledAt = ending.at;
  passOnRiders(part, ending);
}

/** Cc and Bcc go with the first copy that was really sent; one that may have been sent keeps them. */
function passOnRiders(carrier: StoredPart, ending: Ending): void {
  if (carrier.part.riders.length === 0) return;
  if (ending.state === 'sent' || ending.state === 'unknown') releaseHeld(carrier.request, ending.at);
  else moveRiders(carrier, ending);
}

function moveRiders(carrier: StoredPart, ending: Ending): void {
  const { riders } = carrier.part;
  const { parts } = carrier.request;
  const held = parts.find((part) => part.state === 'held');
  if (ending.state === 'later' && !held) return;
  const heir = held ?? parts.find((part) => part.state === 'queued');
  carrier.part = { ...carrier.part, riders: [] };
  if (heir) heir.part = { ...heir.part, riders: [...heir.part.riders, ...riders] };
  else carrier.refused.push(...riders.map((address) => withoutCopy(address, ending.reason)));
  if (held) queue(held, ending.at);
}

function withoutCopy(address: string, why: string): RefusedRecipient {
  const { code, message: reason } = new EmailError('no-to-left', { detail: { why } });
  return { address, code, reason };
}

function releaseHeld(request: StoredRequest, now: number): void {
  for (const part of request.parts) if (part.state === 'held') queue(part, now);
}

function earliest(parts: readonly StoredPart[]): number | undefined {
  return parts.length === 0 ? undefined : Math.min(...parts.map((part) => part.dueAt));
}

function recordOf(stored: StoredPart): PartRecord {
  const { part, request } = stored;
  const { asked } = request;
  return {
    id: part.id,
    requestId: asked.id,
    node: asked.node,
    reports: asked.reports,
    index: stored.index,
    count: request.parts.length,
    state: stored.state,
    from: asked.content.from,
    to: part.to,
    subject: part.subject ?? asked.content.subject,
    messageClass: asked.messageClass,
    listTopic: asked.listTopic,
    messageId: part.messageId,
    providerMessageId: stored.providerMessageId,
    correlationId: part.correlationId,
    callbackData: asked.callbackData,
    notify: asked.notify,
    code: stored.code,
    reason: stored.reason,
    refused: stored.refused,
    attempts: stored.attempts,
    acceptedAt: asked.acceptedAt,
    settledAt: stored.settledAt,
    enhancedStatus: stored.enhancedStatus,
    tagged: stored.tagged,
  };
}
