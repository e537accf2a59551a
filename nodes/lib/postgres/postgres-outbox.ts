/** The port `Outbox` on PostgreSQL, for several machines at once: the parts are theirs together, and claimed by one of them. */
import { deserialize } from 'node:v8';
import { AtMostAtOnce } from '../kernel/at-most-at-once.ts';
import { EmailError } from '../kernel/errors.ts';
import type { Notes } from '../kernel/notes.ts';
import type { Outbox, PartRecord } from '../outbound/outbox.ts';
import { gather } from './gather.ts';
import { acceptRequests } from './outbox-accept.ts';
import { cancelParts, retryNow } from './outbox-cancel.ts';
import { claiming } from './outbox-claim.ts';
import { counting } from './outbox-counts.ts';
import { PartsInHand } from './outbox-in-hand.ts';
import { pauseDomain } from './outbox-pauses.ts';
import { pruneRequests } from './outbox-prune.ts';
import { markReported, partsOf, readContent, unreportedParts } from './outbox-reports.ts';
import type { OutboxRoom } from './outbox-room.ts';
import { toEntry } from './outbox-rows.ts';
import { settleParts } from './outbox-settle.ts';
import { resendUnknown, resolveUnknown } from './outbox-unknown.ts';
import { postgresDeliveryRecords } from './postgres-delivery-records.ts';

/** Requests, and settlements of one call, that go at once. */
const mostGathered = 512;

export function postgresOutbox(room: OutboxRoom, notes: Notes, close: () => Promise<void>): Outbox {
  const inHand = new PartsInHand();
  const oneByOne = new AtMostAtOnce(1);
  const claim = claiming(room, inHand);
  const settle = gather(settlingTogether(room, inHand), mostGathered);
  const { find } = postgresDeliveryRecords(room);
  return untilClosed({
    accept: gather((requests) => acceptRequests(room, requests), mostGathered),
    claim: (limit, now) => oneByOne.run(async () => (await claim(limit, now)).map(toEntry)),
    content: async (contentId) => deserialize(await readContent(room, contentId)),
    settle,
    cancel: (partIds, now) => cancelParts(room, partIds, now),
    resend: (partIds, now) => resendUnknown(room, partIds, now),
    retryNow: (partIds, now) => retryNow(room, partIds, now),
    resolve: (partIds, as, now) => resolveUnknown(room, partIds, as, now),
    unreported: (node, limit) => unreportedParts(room, node, limit),
    markReported: (partIds) => markReported(room, partIds),
    async find(partId) {
      const [known] = await find([{ key: partId }]);
      if (!known) return undefined;
      const { record, deliveries } = known;
      return { ...record, ...(deliveries.length > 0 && { deliveries }) };
    },
    partsOf: (requestId, from, limit) => partsOf(room, requestId, from, limit),
    counts: counting(room),
    pauseDomain: (domain, until, reason) => pauseDomain(room, { domain, until }, reason),
    prune: (before, keysBefore) => pruneRequests(room, before, keysBefore),
    areShared: true,
    readNote: notes.readNote,
    writeNote: notes.writeNote,
    close,
  });
}

/** The records of several calls from one statement. */
function settlingTogether(room: OutboxRoom, inHand: PartsInHand) {
  return async (calls: readonly Parameters<Outbox['settle']>[0][]): Promise<PartRecord[][]> => {
    const records = await settleParts(room, inHand, calls.flat());
    let next = 0;
    return calls.map((call) => call.flatMap(() => records[next++] ?? []));
  };
}

/** Answers what was called before, and refuses what comes after. */
function untilClosed(outbox: Outbox): Outbox {
  const underWay = new Set<Promise<unknown>>();
  let closed: Promise<void> | undefined;
  const guard = (call: (...given: never[]) => Promise<unknown>) => {
    return async (...given: never[]) => {
      if (closed !== undefined) throw new EmailError('app-closed');
      const answer = call(...given);
      underWay.add(answer);
      try {
        return await answer;
      } finally {
        underWay.delete(answer);
      }
    };
  };
  const { areShared, ...calls } = outbox;
  const guarded = Object.entries(calls).map(([name, call]) => [name, guard(call)]);
  return {
    ...(Object.fromEntries(guarded) as typeof calls),
    areShared,
    close: () => {
      closed ??= Promise.allSettled(underWay).then(outbox.close);
      return closed;
    },
  };
}
