import type { Request, Response } from 'express';
import type { NodeAPI } from 'node-red';
import type { EmailApp } from '../lib/app/email-app.ts';
import { systemClock } from '../lib/kernel/clock.ts';
import { EmailError } from '../lib/kernel/errors.ts';
import { inTime } from '../lib/kernel/in-time.ts';
import type { AppOverview, ClosedApp, HealthLevel } from '../lib/overview/app-overview.ts';
import { type AdminRoutes, failure } from './admin-routes.ts';
import type { DeployedApp, DeployedApps } from './deployed-apps.ts';
import { lookAtOwnDomain } from './look-at-domain.ts';
import type { Fields } from './read-app-config.ts';

/** ms: an app that is not open by then is told of as closed. */
const patience = 2000;

interface OpenApp {
  readonly app: EmailApp;
  readonly overview: AppOverview;
}

interface Unopened {
  readonly closed: ClosedApp;
  readonly appId: string;
}

type Looked = OpenApp | Unopened;
/** How each deployed app stands. */
type Look = () => Promise<readonly Looked[]>;

/** How all apps stand: for the sidebar, for Prometheus, and for who balances the load of several machines. */
export function overviewEndpoints(
  RED: NodeAPI,
  { read }: Pick<AdminRoutes, 'read'>,
  deployed: DeployedApps,
): void {
  const look = looking(RED, deployed);
  read('apps', async () => ({
    apps: (await look()).map((one) => ('closed' in one ? one.closed : one.overview)),
  }));
  // whoever scrapes sends no header of ours, and nothing can be done with this
  const mayRead = RED.auth.needsPermission('email-app.read');
  RED.httpAdmin.get(
    '/email-app/metrics',
    mayRead,
    (_request, response) => void answerMetrics(response, look),
  );
  // whoever balances load has no session: it is told a word, and what is behind it is looked at once a second
  RED.httpAdmin.get(
    '/email-app/health',
    (_request: Request, response: Response) => void answerHealth(response, look),
  );
}

async function answerMetrics(response: Response, look: Look): Promise<void> {
  try {
    const { metricsText, metricsType } = await import('../lib/overview/metrics-text.ts');
    const { appMetrics } = await import('../lib/overview/app-metrics.ts');
    const all = await look();
    const opened = await Promise.all(all.flatMap((one) => ('closed' in one ? [] : metered(one))));
    const names = new Set(opened.map(({ overview }) => overview.appId));
    const unopened = all.flatMap((one) => ('closed' in one ? { appId: freeName(one, names) } : []));
    response.set({ 'content-type': metricsType, 'cache-control': 'no-store' });
    response.end(metricsText(appMetrics(opened, unopened, systemClock.now())));
  } catch (thrown) {
    response.status(500).json(failure(thrown));
  }
}

/** Two nodes may have one data id; two samples must not have the same labels. */
function freeName({ appId, closed }: Unopened, names: Set<string>): string {
  const name = names.has(appId) ? closed.nodeId : appId;
  names.add(name);
  return name;
}

async function metered({ app, overview }: OpenApp) {
  const { storeTrouble, routeDown } = app.state();
  const totals = await app.events.tally.totals().catch(() => undefined);
  return { overview, totals, isStoreGood: storeTrouble === undefined, isRouteDown: routeDown };
}

async function answerHealth(response: Response, look: Look): Promise<void> {
  const status = await look().then(levelOf, (): HealthLevel => 'bad');
  response.set({ 'cache-control': 'no-store' });
  response.status(status === 'bad' ? 503 : 200).json({ status });
}

function levelOf(all: readonly Looked[]): HealthLevel {
  const levels = all.map((one) => ('closed' in one ? 'bad' : one.overview.level));
  if (levels.includes('bad')) return 'bad';
  return levels.includes('warning') ? 'warning' : 'good';
}

/** What looks is loaded with the first who asks, so that Node-RED starts without it. */
function looking(RED: NodeAPI, deployed: DeployedApps): Look {
  const loadDesk = async () => {
    const { OverviewDesk } = await import('../lib/overview/overview-desk.ts');
    return new OverviewDesk(systemClock);
  };
  let desk: ReturnType<typeof loadDesk> | undefined;
  const lookAt = async ({ node, config }: DeployedApp): Promise<Looked> => {
    try {
      const app = await inTime(node.running, { clock: systemClock, ms: patience }, notOpen);
      desk ??= loadDesk();
      const credentials = node.credentials as Fields;
      const askDomain = () => lookAtOwnDomain(RED, app, { config, credentials, clock: systemClock });
      return { app, overview: await (await desk).of({ nodeId: node.id, app, askDomain }) };
    } catch (thrown) {
      return unopened({ node, config }, thrown);
    }
  };
  return () => Promise.all(deployed.all().map(lookAt));
}

function notOpen(): never {
  throw new EmailError('app-closed', { retryable: true });
}

function unopened({ node, config }: DeployedApp, thrown: unknown): Unopened {
  const text = (name: string) => (typeof config[name] === 'string' ? config[name] : '');
  const { code, text: why } = failure(thrown);
  const identity = text('identity');
  const closed = { nodeId: node.id, name: text('name') || identity, identity, failure: { code, text: why } };
  return { closed, appId: text('appId') || node.id };
}
