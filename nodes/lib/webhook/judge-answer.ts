/** From the answer to one try to what becomes of the webhook. Pure. */
import { EmailError } from '../kernel/errors.ts';
import type { ReceiverFailure } from './receiver-gates.ts';
import type { WebhookAnswer } from './webhook-answer.ts';
import type { QueuedWebhook, WebhookOutcome } from './webhook-queue.ts';
import { nextTry } from './webhook-retry-plan.ts';
import { shownUrl } from './webhook-target.ts';

export interface Verdict {
  readonly outcome: WebhookOutcome;
  readonly code: string;
  readonly why: string;
  readonly httpStatus?: number;
  /** Nothing more is to be posted to the node's own URL. */
  readonly disables: boolean;
}

export interface TryTerms {
  readonly url: string;
  readonly giveUpAfter: number;
  readonly now: number;
  readonly random: () => number;
}

/** A 410 is about the URL: the node's own stays undelivered until a person has seen to it, a mail's notifyUrl is dead. */
export function judgeAnswer(answer: WebhookAnswer, webhook: QueuedWebhook, terms: TryTerms): Verdict {
  const { id } = webhook;
  const { now } = terms;
  const httpStatus = answer.status;
  if (answer.kind === 'taken')
    return { outcome: { id, kind: 'delivered' }, code: 'delivered', why: '', httpStatus, disables: false };
  const { code, why } = answer.kind === 'gone' ? goneFrom(terms.url) : answer;
  const dueAt = dueAgain(answer, webhook, terms);
  const outcome: WebhookOutcome =
    dueAt === undefined ? { id, kind: 'dead', at: now, code, why } : { id, kind: 'later', dueAt, why };
  const disables = answer.kind === 'gone' && webhook.target === undefined;
  return { outcome, code, why, httpStatus, disables };
}

export interface UntriedTerms {
  readonly failure: ReceiverFailure;
  readonly heldUntil: number;
  readonly giveUpAfter: number;
  readonly now: number;
}

/** Of one whose receiver is down: back to its place, or given up once its time is over. */
export function judgeUntried({ id, since }: QueuedWebhook, terms: UntriedTerms): Verdict {
  const { failure, heldUntil, giveUpAfter, now } = terms;
  const isOver = now >= since + giveUpAfter;
  const outcome: WebhookOutcome = isOver
    ? { id, kind: 'dead', at: now, ...failure }
    : { id, kind: 'unused', heldUntil };
  return { outcome, ...failure, disables: false };
}

function goneFrom(url: string): { readonly code: string; readonly why: string } {
  const { code, message } = new EmailError('webhook-gone', { detail: { value: shownUrl(url) } });
  return { code, why: message };
}

function dueAgain(
  answer: WebhookAnswer,
  { attempts, since, target }: QueuedWebhook,
  { now, giveUpAfter, random }: TryTerms,
): number | undefined {
  if (answer.kind === 'gone') return target ? undefined : now;
  if (answer.kind !== 'later') return undefined;
  return nextTry({ attempts, since, now, giveUpAfter, random, retryAfter: answer.retryAfter });
}
