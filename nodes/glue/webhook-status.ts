import type { Node, NodeAPI } from 'node-red';
import type { EndpointState } from '../lib/webhook/open-endpoint.ts';
import type { WebhookResult } from '../lib/webhook/webhook-result.ts';
import { type Looks, type StatusLine, statusLine } from './status-line.ts';
import { clockText } from './time-text.ts';

type WebhookCondition =
  | 'starting'
  | 'failed'
  | 'disabled'
  | 'failing'
  | 'waiting'
  | 'delivered'
  | 'given-up'
  | 'ready';

/** Every condition has its look; the texts are in the catalogue under `status`. */
const looks: Looks<WebhookCondition> = {
  starting: { fill: 'grey', shape: 'ring' },
  failed: { fill: 'red', shape: 'ring' },
  disabled: { fill: 'red', shape: 'ring' },
  failing: { fill: 'yellow', shape: 'dot' },
  waiting: { fill: 'blue', shape: 'dot' },
  delivered: { fill: 'green', shape: 'dot' },
  'given-up': { fill: 'red', shape: 'dot' },
  ready: { fill: 'green', shape: 'ring' },
};

export interface WebhookStatus {
  /** Called often, so it is shown with the next state. */
  settled(result: WebhookResult): void;
  state(state: EndpointState): void;
  readonly condition: StatusLine<WebhookCondition>;
}

/** What waits and why, or the last result; the same twice is shown once. */
export function webhookStatus(RED: NodeAPI, node: Node): WebhookStatus {
  let last: WebhookResult | undefined;
  const condition = statusLine(RED, node, looks);
  return {
    condition,
    settled(result) {
      last = result;
    },
    state: (state) => condition(...conditionOf(state, last)),
  };
}

function conditionOf(
  { isDisabled, waiting, lastFailure, nextAttemptAt }: EndpointState,
  last: WebhookResult | undefined,
): Parameters<StatusLine<WebhookCondition>> {
  if (isDisabled) return ['disabled', { count: waiting }];
  if (waiting > 0 && lastFailure && nextAttemptAt !== undefined) {
    return ['failing', { count: waiting, time: clockText(nextAttemptAt) }];
  }
  if (waiting > 0) return ['waiting', { count: waiting }];
  if (!last) return ['ready'];
  const { type, settledAt, status } = last;
  return [status === 'delivered' ? 'delivered' : 'given-up', { type, time: clockText(settledAt) }];
}
