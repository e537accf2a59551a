/** A running app comes in; all that the sidebar and the metrics say of it goes out. */
import type { EmailApp } from '../app/email-app.ts';
import type { HourTally, Tally } from '../message-log/event-tally.ts';
import type { AppSettings, Route } from '../settings/app-settings.ts';
import type {
  AppOverview,
  QueueOverview,
  Reputation,
  TokenOverview,
  WebhookOverview,
} from './app-overview.ts';
import type { DomainLook } from './domain-look.ts';
import { remarksOf, worstOf } from './remarks.ts';
import { tallyFrom, tallySpans } from './tally-spans.ts';

export interface Watched {
  /** Of the email-app node. */
  readonly nodeId: string;
  readonly app: EmailApp;
}

export interface OverviewRooms {
  /** ms since the epoch */
  readonly now: number;
  /** As last looked up. */
  readonly domain: DomainLook;
}

/** Of a store that fails, what it does not tell is empty; its trouble is among the remarks. */
export async function overviewOf(
  { nodeId, app }: Watched,
  { now, domain }: OverviewRooms,
): Promise<AppOverview> {
  const { settings } = app;
  const { hours, suppressions, forwardingCodeAt } = await keptFacts(app, now);
  const spans = tallySpans(hours, now);
  const about = {
    ...nameOf(settings),
    ...spans,
    nodeId,
    queue: queueOf(app),
    reputation: reputationOf(app, spans.tally.day),
    dns: domain.ticks,
    token: tokenOf(app),
    webhooks: webhooksOf(app),
    inbound: { ...inboundOf(app), forwardingCodeAt },
    suppressions,
  };
  const remarks = remarksOf({
    ...about,
    state: app.state(),
    token: app.tokens?.state(),
    sandbox: domain.sandbox,
  });
  return { ...about, remarks, level: worstOf(remarks.map(({ level }) => level)) };
}

interface Kept {
  readonly hours: readonly HourTally[];
  readonly suppressions: number;
  readonly forwardingCodeAt: number | undefined;
}

const nothingKept: Kept = { hours: [], suppressions: 0, forwardingCodeAt: undefined };

/** A store out of reach may answer after half a minute, and whoever balances load wants to know now: it is not waited for. */
function keptFacts(app: EmailApp, now: number): Promise<Kept> {
  let stop = (): void => {};
  const outOfReach = new Promise<Kept>((resolve) => {
    stop = app.onState(({ storeTrouble }) => {
      if (storeTrouble?.code === 'store-unavailable') resolve(nothingKept);
    });
  });
  return Promise.race([askStore(app, now), outOfReach]).finally(stop);
}

async function askStore(app: EmailApp, now: number): Promise<Kept> {
  const [hours, suppressions, forwardingCodeAt] = await Promise.all([
    app.events.tally.read(tallyFrom(now)).catch(() => []),
    app.suppressions.count().catch(() => 0),
    app.mailRoom.codes?.last().then(
      (code) => code?.at,
      () => undefined,
    ),
  ]);
  return { hours, suppressions, forwardingCodeAt };
}

function nameOf(settings: AppSettings) {
  const { appId, name, route, domain, mailbox = '' } = settings;
  const identity = domain ?? mailbox;
  return {
    appId,
    name,
    identity,
    route: route.kind,
    routeText: routeTextOf(route),
    store: settings.store.kind,
  };
}

function routeTextOf(route: Route): string {
  if (route.kind === 'smtp') return `${route.host}:${route.port}`;
  return route.kind === 'ses' ? route.aws.region : '';
}

function queueOf(app: EmailApp): QueueOverview {
  const { counts, rate, paused, pauseReason, marketingPaused, nextAttemptAt } = app.state();
  const { waiting, scheduled, sending, unknown, oldestDueAt } = counts;
  return {
    waiting,
    scheduled,
    sending,
    unknown,
    oldestDueAt,
    nextAttemptAt,
    rate,
    paused,
    pauseReason,
    marketingPaused,
  };
}

/** Where nobody watches the rates, those of the day that the tally knows. */
function reputationOf({ events, settings }: EmailApp, { sent, bounced, complained }: Tally): Reputation {
  const { rates } = events;
  if (rates) return { ...rates, hours: settings.events.breaker?.hours ?? 24 };
  const mails = Math.max(sent, 1);
  return {
    mails: sent,
    hours: 24,
    bounces: Math.min(bounced / mails, 1),
    complaints: Math.min(complained / mails, 1),
  };
}

function tokenOf({ tokens }: EmailApp): TokenOverview | undefined {
  if (!tokens) return undefined;
  const { account = '', needsPerson, validUntil, nextRenewalAt } = tokens.state();
  return { account, needsPerson, validUntil, nextRenewalAt };
}

function webhooksOf({ webhooks }: EmailApp): WebhookOverview[] {
  return webhooks.list().map(({ settings, state }) => {
    const { endpoint: nodeId, name, url } = settings;
    const { waiting, dead, oldestAt, isDisabled: disabled } = state;
    const host = url === undefined ? '' : (URL.parse(url)?.host ?? '');
    return { nodeId, name, host, waiting, dead, oldestAt, disabled };
  });
}

function inboundOf({ mailRoom }: EmailApp) {
  const { waiting, setAside } = mailRoom.state();
  return { waiting, setAside, forwardingAddress: mailRoom.forwardingAddress };
}
