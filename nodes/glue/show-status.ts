import type { Node, NodeAPI, NodeStatus } from 'node-red';
import type { AppState } from '../lib/app/email-app.ts';
import { systemClock } from '../lib/kernel/clock.ts';

type Condition =
  | 'starting'
  | 'failed'
  | 'paused'
  | 'marketingPaused'
  | 'signIn'
  | 'retrying'
  | 'quota'
  | 'sending'
  | 'waiting'
  | 'scheduled'
  | 'ready';

/** Every condition has its look; the texts are in the catalogue under `status`. */
const looks: Readonly<Record<Condition, Omit<NodeStatus, 'text'>>> = {
  starting: { fill: 'grey', shape: 'ring' },
  failed: { fill: 'red', shape: 'ring' },
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

export interface StatusLine {
  state(state: AppState): void;
  condition(condition: Condition, values?: Record<string, string | number>): void;
}

/** The only place that calls node.status; the same status twice is shown once. */
export function statusLine(RED: NodeAPI, node: Node): StatusLine {
  let shown = '';
  const condition: StatusLine['condition'] = (name, values = {}) => {
    const text = RED._(`send-email.status.${name}`, values);
    if (text === shown) return;
    shown = text;
    node.status({ ...looks[name], text });
  };
  return { condition, state: (state) => condition(conditionOf(state), valuesOf(state)) };
}

function conditionOf(state: AppState): Condition {
  const { paused, marketingPaused, signInNeeded, quotaUsedUp, routeDown, sending, counts } = state;
  if (paused) return 'paused';
  if (quotaUsedUp) return 'quota';
  if (signInNeeded) return 'signIn';
  if (routeDown) return 'retrying';
  if (sending > 0) return 'sending';
  if (counts.waiting > 0) return 'waiting';
  if (marketingPaused !== undefined) return 'marketingPaused';
  return counts.scheduled > 0 ? 'scheduled' : 'ready';
}

function valuesOf({ sending, counts, rate, nextAttemptAt }: AppState): Record<string, string | number> {
  const next = nextAttemptAt ?? counts.nextDueAt;
  return {
    count: sending + counts.waiting,
    scheduled: counts.scheduled,
    age: counts.oldestDueAt === undefined ? '' : duration(systemClock.now() - counts.oldestDueAt),
    rate: Math.round(rate * 10) / 10,
    next: next === undefined ? '' : new Date(next).toTimeString().slice(0, 5),
  };
}

/** Milliseconds as people say it, in one unit. */
function duration(time: number): string {
  const minutes = Math.floor(time / 60_000);
  if (minutes < 1) return `${Math.max(Math.floor(time / 1000), 0)} s`;
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h`;
}
