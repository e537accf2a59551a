/** What became of a webhook comes in; what the flow and the event log are told of it goes out. Pure. */
import type { NewEvent } from '../event/event-log.ts';
import type { Verdict } from './judge-answer.ts';
import type { QueuedWebhook, WebhookOutcome } from './webhook-queue.ts';
import type { WebhookResult } from './webhook-result.ts';
import type { WebhookSettings } from './webhook-settings.ts';
import { shownUrl } from './webhook-target.ts';

export interface SettledTry {
  readonly webhook: QueuedWebhook;
  readonly verdict: Verdict;
  /** ms since the epoch */
  readonly at: number;
}

type Owner = Pick<WebhookSettings, 'endpoint' | 'name' | 'url'>;

export function webhookResult({ webhook, verdict, at }: SettledTry, { url }: Owner): WebhookResult {
  const { id, type, target, attempts, acceptedAt } = webhook;
  const { outcome, code, why, httpStatus } = verdict;
  return {
    id,
    type,
    status: outcome.kind === 'delivered' ? 'delivered' : 'failed',
    url: shownUrl(target?.url ?? url ?? ''),
    ...(httpStatus !== undefined && { httpStatus }),
    attempts: attempts + 1,
    code,
    reason: why,
    acceptedAt,
    settledAt: at,
  };
}

/** With the event that it is given up. */
export function toldOutcome(settled: SettledTry, owner: Owner): WebhookOutcome {
  const { outcome } = settled.verdict;
  return outcome.kind === 'dead' ? { ...outcome, event: exhaustedEvent(settled, owner) } : outcome;
}

/** None of a webhook that itself tells of webhooks: what fails to be told would be told of for ever. */
function exhaustedEvent(settled: SettledTry, owner: Owner): NewEvent | undefined {
  const { type, code, url, attempts, reason } = webhookResult(settled, owner);
  if (type.startsWith('webhook.')) return undefined;
  const { endpoint, name } = owner;
  const detail = { endpoint, name, url, type, webhookId: settled.webhook.id, attempts, code, reason };
  return { type: 'webhook.exhausted', at: settled.at, code, detail };
}

export function disabledEvent({ endpoint, name, url = '' }: Owner, at: number): NewEvent {
  return {
    type: 'webhook.disabled',
    at,
    code: 'webhook-disabled',
    detail: { endpoint, name, url: shownUrl(url) },
  };
}
