import type { HourTally, Tally } from '../../nodes/lib/message-log/event-tally.ts';
import type { AppOverview, ClosedApp } from '../../nodes/lib/overview/app-overview.ts';

const none: Tally = {
  sent: 0,
  delivered: 0,
  bounced: 0,
  complained: 0,
  unsubscribed: 0,
  failed: 0,
  suppressed: 0,
  opened: 0,
  clicked: 0,
  received: 0,
};
const hour = 3_600_000;
const now = Date.UTC(2026, 2, 3, 15);

/** One after the other, the last one now. */
function times(count: number, step: number, sentAt: (index: number) => number): HourTally[] {
  return Array.from({ length: count }, (_, index) => {
    const sent = sentAt(index);
    const bounced = index % 7 === 3 ? Math.ceil(sent / 90) : 0;
    const counts = {
      ...none,
      sent,
      bounced,
      complained: index === 9 ? 1 : 0,
      unsubscribed: index % 5 === 1 ? 3 : 0,
    };
    return { hour: now - (count - 1 - index) * step, counts };
  });
}

function sumOf(tallies: readonly HourTally[]): Tally {
  const names = Object.keys(none) as (keyof Tally)[];
  const sum = (name: keyof Tally) => tallies.reduce((total, { counts }) => total + counts[name], 0);
  return Object.fromEntries(names.map((name) => [name, sum(name)])) as Tally;
}

const hours = times(24, hour, (index) => (index < 6 ? 0 : Math.round(700 * Math.sin(index / 8) ** 2)));
const days = times(30, 24 * hour, (index) => 3000 + 900 * (index % 7));

/** An app over SES that is well. */
export const goodApp: AppOverview = {
  nodeId: 'app1',
  appId: 'sidebarsidebar01',
  name: 'Shop',
  identity: 'shop.example.com',
  route: 'ses',
  routeText: 'eu-central-1',
  store: 'file',
  level: 'good',
  remarks: [],
  queue: {
    waiting: 12_345,
    scheduled: 40,
    sending: 5,
    unknown: 0,
    oldestDueAt: now,
    rate: 14,
    paused: false,
  },
  tally: { hour: hours.at(-1)!.counts, day: sumOf(hours), month: sumOf(days) },
  hours,
  days,
  reputation: { mails: 8123, hours: 24, bounces: 0.0072, complaints: 0.0001 },
  dns: [
    { name: 'spf', state: 'ok' },
    { name: 'dkim', state: 'ok' },
    { name: 'dmarc', state: 'ok' },
    { name: 'mail-from', state: 'ok' },
  ],
  webhooks: [
    { nodeId: 'hook1', name: 'To the CRM', host: 'crm.example.com', waiting: 0, dead: 0, disabled: false },
  ],
  inbound: { waiting: 0, setAside: 0 },
  suppressions: 1234,
};

/** One of which all is wrong that can be. */
export const troubledApp: AppOverview = {
  ...goodApp,
  nodeId: 'app2',
  appId: 'sidebarsidebar02',
  name: 'Newsletter',
  identity: 'newsletter@a-domain-with-a-rather-long-name.example',
  route: 'smtp',
  routeText: 'smtp.a-domain-with-a-rather-long-name.example:587',
  store: 'postgres',
  level: 'bad',
  remarks: [
    {
      level: 'bad',
      code: 'connect-failed',
      text: 'Mail waits for its route, which is tried again: Could not connect to smtp.a-domain-with-a-rather-long-name.example:587.',
    },
    {
      level: 'warning',
      code: 'webhooks-given-up',
      text: 'Webhooks to <img src=x onerror=alert(1)> were given up: 7.',
    },
  ],
  queue: { ...goodApp.queue, unknown: 3, nextAttemptAt: Date.UTC(2099, 0, 1), rate: 0.5 },
  reputation: { mails: 8123, hours: 24, bounces: 0.062, complaints: 0.0034 },
  dns: [
    { name: 'spf', state: 'ok' },
    { name: 'dkim', state: 'wrong', text: 'The key is another one.' },
    {
      name: 'dmarc',
      state: 'missing',
      text: 'No record at _dmarc.a-domain-with-a-rather-long-name.example.',
    },
    { name: 'mx', state: 'unknown', text: 'The name server does not answer.' },
  ],
  token: { account: 'newsletter@a-domain-with-a-rather-long-name.example', needsPerson: true },
  webhooks: [
    {
      nodeId: 'hook1',
      name: '<img src=x onerror=alert(1)>',
      host: 'hooks.a-domain-with-a-rather-long-name.example',
      waiting: 31,
      dead: 7,
      oldestAt: now,
      disabled: true,
    },
  ],
  inbound: {
    waiting: 2,
    setAside: 4,
    forwardingAddress: 'in-a1b2c3d4e5f6g7h8@in.a-domain-with-a-rather-long-name.example',
    forwardingCodeAt: now,
  },
};

export const closedApp: ClosedApp = {
  nodeId: 'app3',
  name: 'Broken',
  identity: 'broken.example.com',
  failure: { code: 'wrong-type', text: 'The port must be a number from 1 to 65535.' },
};
