import type { Node, NodeAPI } from 'node-red';
import type { FeedState } from '../lib/event/feed.ts';
import { nowAndThen } from './now-and-then.ts';
import { type Looks, type StatusLine, statusLine } from './status-line.ts';
import { clockText, durationText } from './time-text.ts';

type EventCondition = 'starting' | 'failed' | 'ready' | 'last' | 'behind';

const looks: Looks<EventCondition> = {
  starting: { fill: 'grey', shape: 'ring' },
  failed: { fill: 'red', shape: 'ring' },
  ready: { fill: 'green', shape: 'ring' },
  last: { fill: 'green', shape: 'dot' },
  behind: { fill: 'blue', shape: 'dot' },
};

export interface EventStatus {
  readonly condition: StatusLine<EventCondition>;
  state(state: FeedState): void;
}

/** The last event, or how far the node is behind while more of them wait. */
export function eventStatus(RED: NodeAPI, node: Node): EventStatus {
  const condition = statusLine(RED, node, looks);
  const catchingUp = nowAndThen(({ age }: FeedState) => condition('behind', { lag: durationText(age) }));
  return {
    condition,
    state(state) {
      if (state.isBehind) catchingUp(state);
      else condition('last', { type: state.last.type, time: clockText(state.last.at) });
    },
  };
}
