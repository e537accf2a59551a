import type { Node, NodeAPI } from 'node-red';
import type { AppState } from '../lib/app/email-app.ts';
import { systemClock } from '../lib/kernel/clock.ts';
import { type Looks, type StatusLine, statusLine } from './status-line.ts';
import { clockText, durationText } from './time-text.ts';

type SendCondition =
  | 'starting'
  | 'failed'
  | 'diskFull'
  | 'diskFails'
  | 'damaged'
  | 'paused'
  | 'marketingPaused'
  | 'signIn'
  | 'retrying'
  | 'quota'
  | 'sending'
  | 'waiting'
  | 'scheduled'
  | 'ready';

const looks: Looks<SendCondition> = {
  starting: { fill: 'grey', shape: 'ring' },
  failed: { fill: 'red', shape: 'ring' },
  diskFull: { fill: 'red', shape: 'dot' },
  diskFails: { fill: 'red', shape: 'dot' },
  damaged: { fill: 'red', shape: 'dot' },
  paused: { fill: 'yellow', shape: 'ring' },
  marketingPaused: { fill: 'yellow', shape: 'ring' },
  signIn: { fill: 'red', shape: 'ring' },
  retrying: { fill: 'yellow', shape: 'dot' },
  quota: { fill: 'yellow', shape: 'ring' },
  sending: { fill: 'blue', shape: 'dot' },
  waiting: { fill: 'blue', shape: 'ring' },
  scheduled: { fill: 'grey', shape: 'dot' },
  ready: { fill: 'green', shape: 'dot' },
};

export interface SendStatus {
  readonly condition: StatusLine<SendCondition>;
  state(state: AppState): void;
}

/** What keeps mail from leaving, or how much of it is on its way. */
export function sendStatus(RED: NodeAPI, node: Node): SendStatus {
  const condition = statusLine(RED, node, looks);
  return { condition, state: (state) => condition(conditionOf(state), valuesOf(state)) };
}

function conditionOf(state: AppState): SendCondition {
  const { storeTrouble, paused, marketingPaused, signInNeeded, quotaUsedUp, routeDown, sending, counts } =
    state;
  if (storeTrouble) return ofStore(storeTrouble.code);
  if (paused) return 'paused';
  if (quotaUsedUp) return 'quota';
  if (signInNeeded) return 'signIn';
  if (routeDown) return 'retrying';
  if (sending > 0) return 'sending';
  if (counts.waiting > 0) return 'waiting';
  if (marketingPaused !== undefined) return 'marketingPaused';
  return counts.scheduled > 0 ? 'scheduled' : 'ready';
}

function ofStore(code: string): SendCondition {
  if (code === 'disk-full') return 'diskFull';
  return code === 'store-corrupt' ? 'damaged' : 'diskFails';
}

function valuesOf({ sending, counts, rate, nextAttemptAt }: AppState): Record<string, string | number> {
  const next = nextAttemptAt ?? counts.nextDueAt;
  return {
    count: sending + counts.waiting,
    scheduled: counts.scheduled,
    age: counts.oldestDueAt === undefined ? '' : durationText(systemClock.now() - counts.oldestDueAt),
    rate: Math.round(rate * 10) / 10,
    next: next === undefined ? '' : clockText(next),
  };
}
