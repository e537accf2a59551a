/** How the apps stand comes in; their metrics go out, named `email_app_…`, each with the labels `app` and `route`. */
import { type Tally, tallied } from '../message-log/event-tally.ts';
import type { AppOverview, HealthLevel } from './app-overview.ts';
import type { Metric, Sample } from './metrics-text.ts';

export interface MeteredApp {
  readonly overview: AppOverview;
  /** Since the store was made; undefined where it does not tell. */
  readonly totals: Tally | undefined;
  readonly isStoreGood: boolean;
  readonly isRouteDown: boolean;
}

export interface UnopenedApp {
  /** Data id, if no app that is open has it; else the id of the node. */
  readonly appId: string;
}

/** `now` in ms since the epoch. */
export function appMetrics(
  apps: readonly MeteredApp[],
  unopened: readonly UnopenedApp[],
  now: number,
): Metric[] {
  const up: Metric = {
    name: 'email_app_up',
    help: 'Whether the app could be opened.',
    type: 'gauge',
    samples: [
      ...apps.map((app) => sample(app, 1)),
      ...unopened.map(({ appId }) => ({ labels: { app: appId, route: '' }, value: 0 })),
    ],
  };
  const others = meters.map(({ samples, ...metric }) => ({
    ...metric,
    samples: apps.flatMap((app) => samples(app, now).map(({ labels, value }) => sample(app, value, labels))),
  }));
  return [up, ...others];
}

function sample(
  { overview }: MeteredApp,
  value: number,
  labels: Readonly<Record<string, string>> = {},
): Sample {
  return { labels: { app: overview.appId, route: overview.route, ...labels }, value };
}

interface Meter extends Omit<Metric, 'samples'> {
  /** Without the labels that all have. */
  readonly samples: (app: MeteredApp, now: number) => readonly Sample[];
}

const levels: Readonly<Record<HealthLevel, number>> = { good: 0, warning: 1, bad: 2 };

const meters: readonly Meter[] = [
  {
    name: 'email_app_info',
    help: 'What the app is: always 1.',
    type: 'gauge',
    samples: ({ overview: { name, identity, store } }) => [{ labels: { name, identity, store }, value: 1 }],
  },
  gauge(
    'health',
    'How the app stands: 0 good, 1 a person should look, 2 mail is held up.',
    (app) => levels[app.overview.level],
  ),
  gauge('store_ok', 'Whether the store takes what it is given.', (app) => Number(app.isStoreGood)),
  gauge('route_ok', 'Whether the route can be reached, as far as it was tried.', (app) =>
    Number(!app.isRouteDown),
  ),
  {
    name: 'email_app_events_total',
    help: 'What happened to mails, by event, since the store was made.',
    type: 'counter',
    samples: ({ totals }) =>
      totals ? tallied.map((event) => ({ labels: { event }, value: totals[event] })) : [],
  },
  {
    name: 'email_app_queue_mails',
    help: 'Mails in the queue, by state.',
    type: 'gauge',
    samples: ({ overview: { queue } }) => byState(queue, ['waiting', 'scheduled', 'sending', 'unknown']),
  },
  gauge(
    'queue_oldest_seconds',
    'How long the mail that waits longest has been due.',
    ({ overview: { queue } }, now) => secondsSince(queue.oldestDueAt, now),
  ),
  gauge(
    'rate_mails_per_second',
    'Mails that may leave in a second at present.',
    ({ overview }) => overview.queue.rate,
  ),
  gauge('paused', 'Whether sending is paused.', ({ overview }) => Number(overview.queue.paused)),
  gauge('marketing_paused', 'Whether marketing mail is paused.', ({ overview }) =>
    Number(overview.queue.marketingPaused !== undefined),
  ),
  gauge(
    'bounce_ratio',
    'Share of the mails of the last hours that came back, from 0 to 1.',
    ({ overview }) => overview.reputation.bounces,
  ),
  gauge(
    'complaint_ratio',
    'Share of the mails of the last hours that were called spam, from 0 to 1.',
    ({ overview }) => overview.reputation.complaints,
  ),
  {
    name: 'email_app_token_valid_seconds',
    help: 'How long the OAuth access token still holds; below 0 it has ended.',
    type: 'gauge',
    samples: ({ overview: { token } }, now) =>
      token?.validUntil === undefined ? [] : [{ labels: {}, value: (token.validUntil - now) / 1000 }],
  },
  {
    name: 'email_app_sign_in_needed',
    help: 'Whether somebody has to sign in before mail leaves.',
    type: 'gauge',
    samples: ({ overview: { token } }) => (token ? [{ labels: {}, value: Number(token.needsPerson) }] : []),
  },
  {
    name: 'email_app_webhooks',
    help: 'Webhooks that wait or were given up (dead), of all webhook-out nodes of the app.',
    type: 'gauge',
    samples: ({ overview: { webhooks } }) =>
      (['waiting', 'dead'] as const).map((state) => ({
        labels: { state },
        value: webhooks.reduce((sum, one) => sum + one[state], 0),
      })),
  },
  {
    name: 'email_app_received_mails',
    help: 'Received mails that wait for a flow or were set aside for a person.',
    type: 'gauge',
    samples: ({ overview: { inbound } }) => [
      { labels: { state: 'waiting' }, value: inbound.waiting },
      { labels: { state: 'set_aside' }, value: inbound.setAside },
    ],
  },
  gauge('suppressions', 'Entries of the suppression list.', ({ overview }) => overview.suppressions),
];

function gauge(name: string, help: string, read: (app: MeteredApp, now: number) => number): Meter {
  return {
    name: `email_app_${name}`,
    help,
    type: 'gauge',
    samples: (app, now) => [{ labels: {}, value: read(app, now) }],
  };
}

function byState<State extends string>(
  counts: Readonly<Record<State, number>>,
  states: readonly State[],
): Sample[] {
  return states.map((state) => ({ labels: { state }, value: counts[state] }));
}

function secondsSince(time: number | undefined, now: number): number {
  return time === undefined ? 0 : Math.max(now - time, 0) / 1000;
}
