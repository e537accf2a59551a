/** The account's own suppression list: shown, switched off, or kept the same as ours in both directions. */

import { EmailError } from '../kernel/errors.ts';
import { addressKey, readMailbox } from '../mail/address.ts';
import type { NewSuppression, Suppression, SuppressionList } from '../suppression/suppression-list.ts';
import type {
  SesAccounts,
  SesSuppressionReason,
  SesSuppressions,
  SuppressedAddress,
  SuppressedPage,
} from './ports/ses-ports.ts';
import { setupRefused } from './setup-refused.ts';
import { type OnStep, takeStep } from './setup-step.ts';

export interface AccountSuppressionPorts {
  readonly ses: SesSuppressions & SesAccounts;
  readonly list: SuppressionList;
}

export interface AccountSuppressionState {
  readonly on: boolean;
  readonly reasons: readonly SesSuppressionReason[];
  /** Amazon lets only accounts outside the sandbox put addresses on it. */
  readonly mayAdd: boolean;
  readonly why: string;
}

export interface SyncCount {
  /** Put on the list that they were missing on. */
  readonly added: number;
  /** There already. */
  readonly known: number;
  /** Not usable as an address. */
  readonly skipped: number;
}

/** All throw EmailError. A sync stops between two calls once `signal` is aborted, and resolves with what it did. */
export function accountSuppression(ports: AccountSuppressionPorts) {
  return {
    state: async (): Promise<AccountSuppressionState> => describeState(await ports.ses.getAccount()),
    /** Our list goes on to hold everybody; SES then tries every address again that we let through. */
    switchOff: (onStep: OnStep): Promise<void> =>
      takeStep(onStep, 'Switching the account’s suppression list off', () =>
        ports.ses.putAccountSuppressionAttributes([]),
      ),
    /** From theirs to ours. */
    takeOver: (onStep: OnStep, signal: AbortSignal): Promise<SyncCount> => takeOver(ports, onStep, signal),
    /** From ours to theirs: hard bounces and complaints, one a second. */
    handOver: (onStep: OnStep, signal: AbortSignal): Promise<SyncCount> => handOver(ports, onStep, signal),
    /** After somebody was taken off our list. */
    release: (address: string): Promise<void> => ports.ses.deleteSuppressedDestination(address),
    /** Why SES holds an address; undefined if it does not. */
    find: (address: string): Promise<SuppressedAddress | undefined> =>
      ports.ses.getSuppressedDestination(address),
  };
}

function describeState({ suppressedReasons, production }: Awaited<ReturnType<SesAccounts['getAccount']>>) {
  const on = suppressedReasons.length > 0;
  return {
    on,
    reasons: suppressedReasons,
    mayAdd: production,
    why: on
      ? `SES takes mail for addresses on the account’s list (${suppressedReasons.join(' and ')}), counts it, and does not deliver it. This app’s list stops such mail before it costs anything; switch the account’s list off, or keep both the same.`
      : 'The account’s list is off; this app’s list alone decides.',
  };
}

const causes = { BOUNCE: 'hard-bounce', COMPLAINT: 'complaint' } as const;

/** Page by page, so that a million addresses never are in memory together. */
async function takeOver(
  { ses, list }: AccountSuppressionPorts,
  onStep: OnStep,
  signal: AbortSignal,
): Promise<SyncCount> {
  const count = { added: 0, known: 0, skipped: 0 };
  for await (const { entries } of pages(ses, signal)) {
    const readable = entries.flatMap(asSuppression);
    const added = (await list.add(readable)).length;
    count.added += added;
    count.known += readable.length - added;
    count.skipped += entries.length - readable.length;
    onStep({ text: `taken over: ${count.added}, known already: ${count.known}`, state: 'running' });
  }
  onStep({ text: `Taken over from the account’s list: ${count.added}`, state: 'done' });
  return count;
}

async function* pages(ses: SesSuppressions, signal: AbortSignal): AsyncGenerator<SuppressedPage> {
  let next: string | undefined;
  do {
    const page = await ses.listSuppressedDestinations(next);
    yield page;
    next = page.next;
  } while (next !== undefined && !signal.aborted);
}

/** What SES holds may be older than our rules for addresses. */
function asSuppression({ address, reason, at }: SuppressedAddress): NewSuppression[] {
  try {
    const checked = readMailbox(address, 'address').address;
    return [
      { address: checked, cause: causes[reason], method: 'import', at, detail: 'Amazon SES account list' },
    ];
  } catch (thrown) {
    if (thrown instanceof EmailError) return [];
    throw thrown;
  }
}

async function handOver(
  { ses, list }: AccountSuppressionPorts,
  onStep: OnStep,
  signal: AbortSignal,
): Promise<SyncCount> {
  if (!(await ses.getAccount()).production)
    throw setupRefused(
      'SES lets only accounts outside the sandbox put addresses on their list; ask AWS for production access',
    );
  const theirs = await theirKeys(ses, signal);
  const count = { added: 0, known: 0, skipped: 0 };
  for await (const entry of ourEntries(list, signal)) {
    const reason = reasonOf(entry);
    if (!reason) continue;
    if (theirs.has(addressKey(entry.address))) count.known += 1;
    else {
      await ses.putSuppressedDestination(entry.address, reason);
      theirs.add(addressKey(entry.address));
      count.added += 1;
      onStep({ text: `${count.added} addresses handed over, one a second`, state: 'running' });
    }
  }
  onStep({ text: `${count.added} addresses handed over to the account’s list`, state: 'done' });
  return count;
}

async function theirKeys(ses: SesSuppressions, signal: AbortSignal): Promise<Set<string>> {
  const keys = new Set<string>();
  for await (const { entries } of pages(ses, signal))
    for (const { address } of entries) keys.add(addressKey(address));
  return keys;
}

const pageSize = 500;

async function* ourEntries(list: SuppressionList, signal: AbortSignal): AsyncGenerator<Suppression> {
  let after: string | undefined;
  do {
    const page = await list.list({ limit: pageSize, after });
    for (const entry of page.entries) {
      if (signal.aborted) return;
      yield entry;
    }
    after = page.next;
  } while (after !== undefined);
}

/** Unsubscribing is between sender and reader, and whole domains and erased people cannot be named to SES. */
function reasonOf({ address, cause, erased, listTopic }: Suppression): SesSuppressionReason | undefined {
  if (erased || address.startsWith('@') || listTopic !== undefined) return undefined;
  if (cause === 'complaint') return 'COMPLAINT';
  return cause === 'hard-bounce' ? 'BOUNCE' : undefined;
}
