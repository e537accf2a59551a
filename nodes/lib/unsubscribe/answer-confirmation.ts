/** A request to the link of a confirmation mail comes in; its answer goes out. */
import type { Clock } from '../kernel/clock.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import type { ConfirmationClaims } from '../resubscribe/confirmation-token.ts';
import { confirmationLifetime } from '../resubscribe/pending-confirmations.ts';
import type { Resubscription } from '../resubscribe/resubscription.ts';
import type { ListTopic } from '../settings/app-settings.ts';
import { evidenceOf, type HttpAnswer, type HttpFacts } from './http-exchange.ts';
import { readUnsubscribeRequest } from './one-click-request.ts';
import type { PageFrame } from './page-frame.ts';
import type { Visit } from './page-parts.ts';
import { againDonePage, againPage, stalePage } from './resubscribe-page.ts';
import { issueNonce, type NonceScope, nonceTime } from './undo-nonce.ts';

export interface ConfirmationRooms {
  readonly keys: KeyRing;
  readonly clock: Pick<Clock, 'now'>;
  readonly frame: PageFrame;
  /** The app's lists. */
  readonly topics: readonly ListTopic[];
  readonly resubscription: Resubscription;
}

/**
 * Only the button of the page acts: neither a GET nor the pair of RFC 8058 does. The page itself reads no list.
 * Rejects when the store fails. `facts.body`: at most `longestBody` bytes.
 */
export async function answerConfirmation(
  claims: ConfirmationClaims,
  facts: HttpFacts,
  { keys, clock, frame, topics, resubscription }: ConfirmationRooms,
): Promise<HttpAnswer> {
  const now = clock.now();
  if (now - claims.issuedAt >= confirmationLifetime) return stalePage(frame);
  const visit = visitOf(claims, topics);
  const scope: NonceScope = { action: 'return', token: facts.token, lists: [] };
  const wanted = claims.topics.includes(undefined) ? 'all' : [...visit.lists.keys()];
  const page = (notice?: 'pressAgain') =>
    againPage(frame, visit, { wanted, nonce: issueNonce(scope, now, keys), notice });
  if (facts.method !== 'POST') return page();
  const request = await readUnsubscribeRequest(facts.contentType, facts.body);
  const isPressed = request.kind === 'return' && nonceTime(request.nonce, scope, keys) !== undefined;
  if (!isPressed) return page('pressAgain');
  const isDone = await resubscription.confirm(claims, evidenceOf(facts));
  return isDone ? againDonePage(frame, visit) : stalePage(frame);
}

function visitOf({ address, topics }: ConfirmationClaims, known: readonly ListTopic[]): Visit {
  const named = topics.filter((topic) => topic !== undefined);
  const lists = named.map((id) => known.find((topic) => topic.id === id) ?? { id, name: id });
  return { address, lists };
}
