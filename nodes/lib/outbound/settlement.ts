/** From what happened to one claimed part to what the outbox records about it. Pure. */

import type { ErrorCode } from '../kernel/error-sentences.ts';
import { EmailError } from '../kernel/errors.ts';
import type { DeliverySettings } from '../settings/app-settings.ts';
import { NobodyTaken, type Receipt, type Refusal } from '../transport/transport.ts';
import type { OutboxEntry, RefusedRecipient, Settlement } from './outbox.ts';
import { cutAtEnd, isOver, nextAttempt, type RetryQuestion } from './retry-plan.ts';

/** What became of handing one part over. */
export type Outcome =
  | { readonly kind: 'taken'; readonly receipt: Receipt }
  /** The route did not take it, or did not say so. */
  | { readonly kind: 'refused'; readonly failure: EmailError }
  /** It could not be made into a mail; the route was not asked. */
  | { readonly kind: 'unfit'; readonly failure: EmailError };

export interface SettlementTerms {
  readonly now: number;
  readonly delivery: Pick<DeliverySettings, 'giveUpAfter' | 'unknown'>;
  readonly random: () => number;
  /** When the route may be tried again, should it be down (ms since the epoch). */
  readonly routeRetryAt: number;
}

/** Failures of the way, not of the mail: they cost it no attempt. */
const routeFailures: ReadonlySet<ErrorCode> = new Set([
  'dns-failed',
  'connect-failed',
  'tls-failed',
  'tls-required',
  'starttls-missing',
  'auth-failed',
  'sign-in-needed',
  'oauth-failed',
  'oauth-refused',
  'aws-keys-refused',
  'aws-denied',
  'aws-unreachable',
  'ses-set-missing',
  'ses-paused',
  'ses-suspended',
  'daily-quota',
]);

export function isRouteFailure({ code }: EmailError): boolean {
  return routeFailures.has(code);
}

export function settlementFor(entry: OutboxEntry, outcome: Outcome, terms: SettlementTerms): Settlement {
  if (outcome.kind === 'taken') return settleTaken(entry, outcome.receipt, terms);
  const { failure } = outcome;
  const attempted = outcome.kind === 'refused' && !isRouteFailure(failure);
  if (failure.code === 'no-answer' && terms.delivery.unknown === 'hold')
    return ended(entry, { state: 'unknown', failure, now: terms.now, attempted });
  if (!failure.retryable && failure.code !== 'no-answer')
    return ended(entry, { state: 'failed', failure, now: terms.now, attempted });
  return later(entry, failure, attempted, terms);
}

/** The settlement of a part whose time is over. */
export function settleExpired(entry: OutboxEntry, now: number): Settlement {
  return ended(entry, { state: 'expired', failure: new EmailError('expired'), now, attempted: false });
}

/** The settlement of a part whose recipients must not get it, each for a reason in `held`. */
export function settleSuppressed(
  entry: OutboxEntry,
  { hold, held }: { readonly hold: Reason; readonly held: readonly RefusedRecipient[] },
  now: number,
): Settlement {
  const failure = { code: hold.code, message: hold.reason };
  return ended(entry, { state: 'suppressed', failure, own: held, now, attempted: false });
}

/** Those held stand among the refused once the copy is out of our hands; one that goes back is checked again. */
export function addHeld(settlement: Settlement, held: readonly RefusedRecipient[]): Settlement {
  const { state, recipients, refused = [] } = settlement;
  const isOut = state === 'sent' || state === 'unknown' || recipients !== undefined;
  return isOut && held.length > 0 ? { ...settlement, refused: [...refused, ...held] } : settlement;
}

/** The settlement of a part that was claimed but not handed over: the app closes or is paused, or the route is down. */
export function settleUntouched(entry: OutboxEntry, now: number): Settlement {
  const { code, message: reason } = new EmailError('app-closed');
  return { partId: entry.part.id, at: now, state: 'later', code, reason, dueAt: now, attempted: false };
}

/** RFC 5321 4.2.1: each recipient is judged by the answer it got. */
function settleTaken(entry: OutboxEntry, receipt: Receipt, terms: SettlementTerms): Settlement {
  const own = receipt.refused.filter(({ address }) => entry.part.recipients.includes(address));
  const ownTaken = entry.partlyTaken === true || own.length < entry.part.recipients.length;
  const delayed = receipt.refused.filter(({ failure }) => failure.retryable);
  const dueAt =
    delayed[0] && nextAttempt({ ...entry, ...terms, ...terms.delivery, failure: delayed[0].failure });
  if (delayed[0] && dueAt) return settleRest(entry, receipt, delayed, { at: terms.now, dueAt, ownTaken });
  if (ownTaken) return sent(entry, receipt, terms.now);
  // only riders took it: asking for the own recipients once more, alone, ends in their refusal and gives the
  // riders no second copy, as a failure with riders would
  return settleRest(entry, receipt, own, { at: terms.now, dueAt: terms.now, ownTaken });
}

function settleRest(
  entry: OutboxEntry,
  { refused, providerMessageId }: Receipt,
  rest: readonly Refusal[],
  { at, dueAt, ownTaken }: { at: number; dueAt: number; ownTaken: boolean },
): Settlement {
  const [first] = rest.map(refusal);
  return {
    partId: entry.part.id,
    at,
    state: 'later',
    code: first?.code ?? '',
    reason: first?.reason ?? '',
    dueAt,
    providerMessageId,
    recipients: rest.map(({ address }) => address),
    partlyTaken: ownTaken,
    refused: refused.filter((refused) => !rest.includes(refused)).map(refusal),
    attempted: true,
  };
}

function sent(entry: OutboxEntry, receipt: Receipt, at: number): Settlement {
  const { code, response: reason, providerMessageId, messageId } = receipt;
  const refused = receipt.refused.map(refusal);
  return {
    partId: entry.part.id,
    at,
    state: 'sent',
    code,
    reason,
    providerMessageId,
    messageId,
    refused,
    attempted: true,
  };
}

function later(
  entry: OutboxEntry,
  failure: EmailError,
  attempted: boolean,
  terms: SettlementTerms,
): Settlement {
  const question = { ...entry, ...terms, ...terms.delivery, failure };
  const dueAt = retryAt(failure, question, terms);
  if (dueAt === undefined) return ended(entry, { state: 'failed', failure, now: terms.now, attempted });
  const { code, message: reason } = failure;
  return { partId: entry.part.id, at: terms.now, state: 'later', code, reason, dueAt, attempted };
}

/** ms: as soon as the store is back, and not again and again while it is not. */
const storeRetry = 5_000;

/** A mail waits for its route, or its store, as long as it waits for its recipient. */
function retryAt(failure: EmailError, question: RetryQuestion, terms: SettlementTerms): number | undefined {
  const isOfStore = failure.code === 'store-unavailable';
  if (!isOfStore && !isRouteFailure(failure)) return nextAttempt(question);
  if (isOver(question)) return undefined;
  return cutAtEnd(isOfStore ? terms.now + storeRetry : terms.routeRetryAt, question);
}

type Reason = Pick<RefusedRecipient, 'code' | 'reason' | 'enhancedStatus'>;

interface Ending {
  readonly state: 'failed' | 'unknown' | 'expired' | 'suppressed';
  readonly failure: { readonly code: string; readonly message: string };
  /** Each one's, where they may differ; without it those that the failure brings. */
  readonly own?: readonly RefusedRecipient[];
  readonly now: number;
  readonly attempted: boolean;
}

/** The end of a part, or of the rest of one that some recipients have had already: that one was sent. */
function ended({ part, partlyTaken }: OutboxEntry, ending: Ending): Settlement {
  const { state, failure, own = ownRefusals(failure), now, attempted } = ending;
  const settlement = { partId: part.id, at: now, attempted };
  const refusalOf = (address: string) =>
    own.find((one) => one.address === address) ?? { address, ...reasonOf(failure) };
  if (!partlyTaken) return { ...settlement, state, ...reasonFor(part.to.address, failure) };
  const refused = part.recipients.map(refusalOf);
  return { ...settlement, state: 'sent', code: 'sent', reason: takenBefore, refused };
}

/** What was answered about another recipient says nothing of the one whom the copy is named after. */
function reasonFor(address: string, failure: Ending['failure']): Reason {
  const own = failure instanceof NobodyTaken && failure.refused.find((one) => one.address === address);
  return reasonOf(own ? own.failure : failure);
}

const takenBefore = 'Some of its recipients had it at an earlier attempt; the others are among the refused.';

function ownRefusals(failure: Ending['failure']): readonly RefusedRecipient[] {
  return failure instanceof NobodyTaken ? failure.refused.map(refusal) : [];
}

function refusal({ address, failure }: Refusal): RefusedRecipient {
  return { address, ...reasonOf(failure) };
}

/** The detail of other routes has a `status`, too: a number. */
function reasonOf(failure: Ending['failure']): Reason {
  const status = failure instanceof EmailError ? failure.detail.status : undefined;
  const isEnhanced = typeof status === 'string' && status !== '';
  return { code: failure.code, reason: failure.message, ...(isEnhanced && { enhancedStatus: status }) };
}
