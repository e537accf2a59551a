import type { Node, NodeAPI, NodeStatus } from 'node-red';
import type { DispatcherState } from '../lib/outbound/dispatcher.ts';

type Condition =
  | 'starting'
  | 'failed'
  | 'paused'
  | 'retrying'
  | 'sending'
  | 'waiting'
  | 'scheduled'
  | 'ready';

/** Every condition has its look; the texts are in the catalogue under `status`. */
const looks: Readonly<Record<Condition, Omit<NodeStatus, 'text'>>> = {
  starting: { fill: 'grey', shape: 'ring' },
  failed: { fill: 'red', shape: 'ring' },
  paused: { fill: 'yellow', shape: 'ring' },
  retrying: { fill: 'yellow', shape: 'dot' },
  sending: { fill: 'blue', shape: 'dot' },
  waiting: { fill: 'blue', shape: 'ring' },
  scheduled: { fill: 'grey', shape: 'dot' },
  ready: { fill: 'green', shape: 'dot' },
};

export interface StatusLine {
  state(state: DispatcherState): void;
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

function conditionOf({ paused, counts, lastFailure }: DispatcherState): Condition {
  if (paused) return 'paused';
  if (counts.sending > 0) return 'sending';
  if (counts.waiting > 0) return lastFailure ? 'retrying' : 'waiting';
  if (counts.scheduled > 0) return 'scheduled';
  return 'ready';
}

function valuesOf({ counts, rate, nextAttemptAt }: DispatcherState): Record<string, string | number> {
  const next = nextAttemptAt ?? counts.nextDueAt;
  return {
    count: counts.waiting + counts.sending,
    scheduled: counts.scheduled,
    rate: Math.round(rate * 10) / 10,
    next: next === undefined ? '' : new Date(next).toTimeString().slice(0, 5),
  };
}
