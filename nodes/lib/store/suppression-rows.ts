/** Entries and events as the tables hold them, and their way back. */
import type {
  NewSuppression,
  Suppression,
  SuppressionCause,
  SuppressionEvent,
  SuppressionMethod,
} from '../suppression/suppression-list.ts';

/** 16 bytes as latin1 text: cheaper to post and to sort than a Buffer, in the same order. */
export type PostedHash = string;

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
  readonly hash: Uint8Array;
  readonly cause: SuppressionCause;
  readonly expires_at: number | null;
  readonly address: string | null;
}

export interface EventRow extends SharedColumns {
  readonly action: SuppressionEvent['action'];
  readonly cause: SuppressionCause | null;
}

export const entryColumns =
  'hash, topic, cause, method, at, expires_at, address, email_id, ip, user_agent, detail';

export function bytesOf(hash: PostedHash): Buffer {
  return Buffer.from(hash, 'latin1');
}

/** In the order of `entryColumns`. */
export function entryValues(entry: PostedEntry) {
  const { listTopic, cause, method, at, expiresAt, address, emailId, evidence, detail } = entry;
  return [
    bytesOf(entry.hash),
    listTopic ?? '',
    cause,
    method,
    at,
    expiresAt ?? null,
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
    erased: row.address === null,
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
