import { randomUUID } from 'node:crypto';
import type { Request } from 'express';
import type { NodeAPI } from 'node-red';
import type { EmailApp } from '../lib/app/email-app.ts';
import { type Clock, systemClock } from '../lib/kernel/clock.ts';
import { EmailError } from '../lib/kernel/errors.ts';
import type { Notes } from '../lib/kernel/notes.ts';
import type { AppSettings, SesRoute } from '../lib/settings/app-settings.ts';
import type { accountSuppression } from '../lib/setup/account-suppression.ts';
import type { IamFeatures } from '../lib/setup/iam-policy.ts';
import { type PoliteCalls, politeCalls } from '../lib/setup/polite-calls.ts';
import type { SetupDesk } from '../lib/setup/setup-desk.ts';
import { type AdminRoutes, type LiveWork, orFailure, type Work } from './admin-routes.ts';
import { dnsServersOf } from './dns-servers.ts';
import { readDialog, readDialogSetup } from './read-dialog.ts';
import type { RunningApps } from './running-app.ts';

type DeskWork<Result> = (desk: SetupDesk, settings: AppSettings) => Promise<Result>;
type AtDesk = <Result>(body: Request['body'], work: DeskWork<Result>) => Promise<Result>;

/** The tab "Set-up" of a dialog, deployed or not, and the lists of the AWS account to choose from. */
export function setupEndpoints(
  RED: NodeAPI,
  routes: AdminRoutes,
  apps: Pick<RunningApps, 'find'>,
  clock: Clock = systemClock,
): void {
  const atDesk = deskFor(RED, apps, clock);
  const write = (path: string, work: Work) => routes.write(path, (request) => orFailure(() => work(request)));
  write('ses/configuration-sets', ({ body }) =>
    atDesk(body, async (desk) => ({ sets: await desk.configurationSets() })),
  );
  write('setup/look', ({ body }) => atDesk(body, (desk) => desk.look()));
  routes.live('setup/prepare', ({ body }, onStep) =>
    atDesk(body, (desk) => desk.prepare(namesIn(body.mayChange), onStep)),
  );
  write('setup/policy', ({ body }) =>
    atDesk(body, async (desk, settings) => ({ policy: desk.policy(featuresIn(body.features, settings)) })),
  );
  plumbingEndpoints({ ...routes, write }, atDesk);
  suppressionEndpoints({ ...routes, write }, atDesk, apps);
}

function plumbingEndpoints({ write, live }: AdminRoutes, atDesk: AtDesk): void {
  write('setup/events-plan', ({ body }) =>
    atDesk(body, async ({ events }) => ({ steps: await events.plan(), pools: await events.pools() })),
  );
  live('setup/events', ({ body }, onStep) => atDesk(body, ({ events }) => events.apply(onStep)));
  write('setup/inbound-plan', ({ body }) =>
    atDesk(body, async ({ inbound }) => ({ steps: await inbound.plan() })),
  );
  live('setup/inbound', ({ body }, onStep) => atDesk(body, ({ inbound }) => inbound.apply(onStep)));
  live('setup/selftest', (request, onStep) =>
    atDesk(request.body, (desk) => desk.selfTest(onStep, endOf(request))),
  );
}

type Suppression = ReturnType<typeof accountSuppression>;

function suppressionEndpoints(
  { write, live }: AdminRoutes,
  atDesk: AtDesk,
  apps: Pick<RunningApps, 'find'>,
): void {
  const atList = (body: Request['body'], work: (suppression: Suppression) => Promise<unknown>) =>
    atDesk(body, async (desk, { appId }) => {
      const app = apps.find(appId);
      if (!app) throw new EmailError('missing-app', { field: 'app' });
      const suppression = desk.suppression(app.suppressions);
      await work(suppression);
      return suppression.state();
    });
  const step =
    (
      deed: (suppression: Suppression, onStep: Parameters<LiveWork>[1], end: AbortSignal) => Promise<unknown>,
    ): LiveWork =>
    (request, onStep) =>
      atList(request.body, (suppression) => deed(suppression, onStep, endOf(request)));

  write('setup/suppression', ({ body }) => atList(body, async () => undefined));
  live(
    'setup/suppression-off',
    step((suppression, onStep) => suppression.switchOff(onStep)),
  );
  live(
    'setup/suppression-take',
    step((suppression, onStep, end) => suppression.takeOver(onStep, end)),
  );
  live(
    'setup/suppression-hand',
    step((suppression, onStep, end) => suppression.handOver(onStep, end)),
  );
}

/** One desk for one request; calls to the same AWS account wait for each other, whoever makes them. */
function deskFor(RED: NodeAPI, apps: Pick<RunningApps, 'find'>, clock: Clock): AtDesk {
  const accounts = new Map<string, PoliteCalls>();
  const shown = new Map<string, string | undefined>();
  return async (body, work) => {
    const settings = readDialog(RED, body);
    const calls = callsFor(settings.route, accounts, clock);
    const app = apps.find(settings.appId);
    const notes = app?.notes ?? notesIn(shown, settings.appId);
    const dnsServers = dnsServersOf(RED);
    const log = app && logOf(app, settings);
    const world = { clock, newId: randomUUID, dnsServers, calls, notes, log };
    // Loaded when it is needed first, so that Node-RED starts without it.
    const { SetupDesk } = await import('../lib/setup/setup-desk.ts');
    const desk = new SetupDesk(settings, readDialogSetup(RED, body), world);
    try {
      return await work(desk, settings);
    } finally {
      await desk.close();
    }
  };
}

/** What a dialog with another account waits for does not come to this app. */
function logOf({ settings: { events, route }, events: { log } }: EmailApp, dialog: AppSettings) {
  return events.ses && accountOf(route) === accountOf(dialog.route) ? log : undefined;
}

function accountOf(route: AppSettings['route']): string {
  const { region = '', keys, endpoint }: Partial<SesRoute['aws']> = route.kind === 'ses' ? route.aws : {};
  return [region, endpoint, keys?.accessKeyId].join(' ');
}

function callsFor(
  route: AppSettings['route'],
  accounts: Map<string, PoliteCalls>,
  clock: Clock,
): PoliteCalls {
  const account = accountOf(route);
  const calls = accounts.get(account) ?? politeCalls(clock);
  accounts.set(account, calls);
  return calls;
}

/** For an app that was never deployed: until Node-RED ends. */
function notesIn(shown: Map<string, string | undefined>, appId: string): Notes {
  return {
    readNote: async (name) => shown.get(`${appId} ${name}`),
    writeNote: async (name, value) => void shown.set(`${appId} ${name}`, value),
  };
}

const namesIn = (value: unknown) => (Array.isArray(value) ? value.map(String) : []);

function featuresIn(value: unknown, { route }: AppSettings): IamFeatures {
  const ticked = namesIn(value);
  const has = (name: keyof IamFeatures) => ticked.includes(name);
  return {
    sending: has('sending'),
    bulk: has('sending') && route.kind === 'ses' && route.bulk,
    suppression: has('suppression'),
    events: has('events'),
    inbound: has('inbound'),
    setup: has('setup'),
  };
}

/** Aborted when the dialog no longer waits for the answer. */
function endOf({ res }: Request): AbortSignal {
  const end = new AbortController();
  res?.on('close', () => end.abort());
  return end.signal;
}
