/** Entries and events as the tables hold them, and their way back. */
import type { AddressHash } from '../suppression/address-hasher.ts';
import type {
  NewSuppression,
  Suppression,
  SuppressionCause,
  SuppressionEvent,
  SuppressionMethod,
} from '../suppression/suppression-list.ts';

/**
 * 16 bytes of the person as latin1 text, and behind them 16 of the spelling if it is another: cheaper to post and to sort
 * than Buffers, in the same order.
 */
export type PostedHash = string;

/** The columns `person` and `spelling`. */
export type Hashes = readonly [Buffer, Buffer];

export interface PostedEntry extends NewSuppression {
  readonly hash: PostedHash;
}

interface SharedColumns {
  readonly topic: string;
  readonly method: SuppressionMethod;
  readonly at: number;
  readonly email_id: string | null;
  readonly ip: string | null;
  readonly user_agent: string | null;
  readonly detail: string | null;
}

export interface EntryRow extends SharedColumns {
  readonly person: Uint8Array;
  readonly spelling: Uint8Array;
  readonly cause: SuppressionCause;
  readonly expires_at: number | null;
  readonly address: string | null;
}

export interface EventRow extends SharedColumns {
  readonly action: SuppressionEvent['action'];
  readonly cause: SuppressionCause | null;
}

export const entryColumns =
  'person, spelling, topic, cause, method, at, expires_at, address, email_id, ip, user_agent, detail';

const hashBytes = 16;
/** What is left of the address of an erased entry for a whole domain. */
const someDomain = '@';
/** Of the column `address`. */
export const isErased = `(address IS NULL OR address = '${someDomain}')`;
export const erasedAddress = `CASE WHEN address LIKE '${someDomain}%' THEN '${someDomain}' END`;

export function postedHash({ person, spelling }: AddressHash): PostedHash {
  return person.toString('latin1') + (spelling?.toString('latin1') ?? '');
}

export function hashesOf(posted: PostedHash): Hashes {
  const bytes = Buffer.from(posted, 'latin1');
  return [bytes.subarray(0, hashBytes), bytes.subarray(hashBytes)];
}

/** In the order of `entryColumns`; of an erased person nothing but what holds them. */
export function entryValues(entry: NewSuppression, [person, spelling]: Hashes, ofErased: boolean) {
  const { listTopic, cause, method, at, expiresAt, address, emailId, evidence, detail } = entry;
  const scope = [person, spelling, listTopic ?? '', cause, method, at, expiresAt ?? null];
  if (ofErased) return [...scope, address.startsWith(someDomain) ? someDomain : null, null, null, null, null];
  return [
    ...scope,
    address,
    emailId ?? null,
    evidence?.ip ?? null,
    evidence?.userAgent ?? null,
    detail ?? null,
  ];
}

export function toSuppression(row: EntryRow): Suppression {
  return {
    address: row.address ?? '',
    ...shared(row),
    cause: row.cause,
    expiresAt: row.expires_at ?? undefined,
    erased: row.address === null || row.address === someDomain,
  };
}

export function toEvent(row: EventRow): SuppressionEvent {
  return { action: row.action, ...shared(row), cause: row.cause ?? undefined };
}

function shared({ topic, method, at, email_id, ip, user_agent, detail }: SharedColumns) {
  const evidence = ip === null && user_agent === null ? undefined : { ip, userAgent: user_agent };
  return {
    listTopic: topic === '' ? undefined : topic,
    method,
    at,
    emailId: email_id ?? undefined,
    detail: detail ?? undefined,
    evidence: evidence && {
      ...(ip !== null && { ip }),
      ...(user_agent !== null && { userAgent: user_agent }),
    },
  };
}
