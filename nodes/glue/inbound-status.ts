import type { Node, NodeAPI } from 'node-red';
import type { InboundState } from '../lib/inbound/mail-listener.ts';
import { systemClock } from '../lib/kernel/clock.ts';
import { type Looks, type StatusLine, statusLine } from './status-line.ts';
import { clockText } from './time-text.ts';

type InboundCondition =
  | 'starting'
  | 'failed'
  | 'no-source'
  | 'trouble'
  | 'connecting'
  | 'waiting'
  | 'set-aside'
  | 'ready'
  | 'last';

const looks: Looks<InboundCondition> = {
  starting: { fill: 'grey', shape: 'ring' },
  failed: { fill: 'red', shape: 'ring' },
  'no-source': { fill: 'grey', shape: 'ring' },
  trouble: { fill: 'red', shape: 'ring' },
  connecting: { fill: 'yellow', shape: 'ring' },
  waiting: { fill: 'blue', shape: 'dot' },
  'set-aside': { fill: 'yellow', shape: 'dot' },
  ready: { fill: 'green', shape: 'ring' },
  last: { fill: 'green', shape: 'dot' },
};

export interface InboundStatus {
  readonly condition: StatusLine<InboundCondition>;
  state(state: InboundState): void;
}

/** Source state, waiting mails and the last one, whichever a person should know first. */
export function inboundStatus(RED: NodeAPI, node: Node): InboundStatus {
  const condition = statusLine(RED, node, looks);
  return { condition, state: (state) => condition(...conditionOf(state)) };
}

function conditionOf(state: InboundState): Parameters<StatusLine<InboundCondition>> {
  const { sources, waiting, setAside } = state;
  const broken = sources.find(({ trouble }) => trouble !== undefined);
  if (broken) return ['trouble', { source: names[broken.source] }];
  if (waiting > 0) return ['waiting', { count: waiting }];
  if (setAside > 0) return ['set-aside', { count: setAside }];
  if (sources.length === 0) return ['no-source'];
  if (sources.some(({ connected }) => !connected)) return ['connecting'];
  const last = Math.max(...sources.map(({ lastMailAt = 0 }) => lastMailAt));
  return last > 0 ? ['last', { time: dayOrTime(last) }] : ['ready'];
}

const names = { smtp: 'SMTP', imap: 'IMAP', ses: 'SES', http: 'HTTP' } as const;

/** The time of a mail of today, the day of an older one. */
function dayOrTime(time: number): string {
  const date = new Date(time);
  const isToday = date.toDateString() === new Date(systemClock.now()).toDateString();
  return isToday ? clockText(time) : date.toISOString().slice(0, 10);
}
