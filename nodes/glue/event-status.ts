import type { Node, NodeAPI, NodeStatus } from 'node-red';
import type { FeedState } from '../lib/event/feed.ts';
import { nowAndThen } from './now-and-then.ts';

type EventCondition = 'starting' | 'failed' | 'ready' | 'last' | 'behind';

/** Every condition has its look; the texts are in the catalogue under `status`. */
const looks: Readonly<Record<EventCondition, Omit<NodeStatus, 'text'>>> = {
  starting: { fill: 'grey', shape: 'ring' },
  failed: { fill: 'red', shape: 'ring' },
  ready: { fill: 'green', shape: 'ring' },
  last: { fill: 'green', shape: 'dot' },
  behind: { fill: 'blue', shape: 'dot' },
};

export interface EventStatus {
  state(state: FeedState): void;
  condition(condition: EventCondition, values?: Record<string, string>): void;
}

/** The last event, or how far the node is behind while more of them wait. */
export function eventStatus(RED: NodeAPI, node: Node): EventStatus {
  const condition: EventStatus['condition'] = (name, values = {}) => {
    node.status({ ...looks[name], text: RED._(`email-event.status.${name}`, values) });
  };
  const catchingUp = nowAndThen(({ age }: FeedState) => condition('behind', { lag: lagText(age) }));
  return {
    condition,
    state(state) {
      if (state.isBehind) catchingUp(state);
      else condition('last', { type: state.last.type, time: timeText(state.last.at) });
    },
  };
}

function timeText(time: number): string {
  return new Date(time).toTimeString().slice(0, 5);
}

function lagText(age: number): string {
  const minutes = Math.floor(age / 60_000);
  if (minutes < 1) return `${Math.ceil(age / 1000)} s`;
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h`;
}
