import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Request } from 'express';
import type { NodeAPI } from 'node-red';
import { appFolder } from '../lib/app/app-folder.ts';
import type { EmailApp } from '../lib/app/email-app.ts';
import type { RouteWorld } from '../lib/app/test-route.ts';
import { systemClock } from '../lib/kernel/clock.ts';
import type { KeyRing } from '../lib/keys/key-ring.ts';
import type { ParsedAttachment } from '../lib/mail/parse-mail.ts';
import type { AppSettings } from '../lib/settings/app-settings.ts';
import { oauthLoginOf } from '../lib/settings/oauth-login-of.ts';
import type { CapturedMails } from '../lib/transport/captured-mails.ts';
import { type AdminRoutes, adminRoutes, inPlainWords, orFailure } from './admin-routes.ts';
import type { DeployedApps } from './deployed-apps.ts';
import { exportFiles } from './export-files.ts';
import { inboundEndpoints } from './inbound-endpoints.ts';
import { messageEndpoints } from './message-endpoints.ts';
import { oauthEndpoints } from './oauth-endpoints.ts';
import { overviewEndpoints } from './overview-endpoints.ts';
import { readDialog } from './read-dialog.ts';
import { receivedEndpoints } from './received-endpoints.ts';
import { appOfNode, appsFolder, type RunningApps } from './running-app.ts';
import { setupEndpoints } from './setup-endpoints.ts';
import { storeEndpoints } from './store-endpoints.ts';
import { suppressionEndpoints } from './suppression-endpoints.ts';
import { webhookEndpoints } from './webhook-endpoints.ts';

/**
 * What the dialogs ask for, on the admin side: permission and a same-origin header on every route. What does the work
 * is loaded when it is needed first, so that Node-RED starts without it.
 */
export function adminEndpoints(RED: NodeAPI, apps: RunningApps, deployed: DeployedApps): void {
  const routes = adminRoutes(RED);
  const world: RouteWorld = { clock: systemClock, folder: appsFolder(RED), newId: randomUUID };
  setupEndpoints(RED, routes, apps);
  oauthEndpoints(RED, routes, apps);
  routeEndpoints(RED, routes, { ...world, apps });
  previewEndpoints(RED, routes);
  inboundEndpoints(RED, routes, apps, ({ params }) => appOfNode(RED, params.id));
  webhookEndpoints(RED, routes);
  overviewEndpoints(RED, routes, deployed);
  storeEndpoints(RED, routes, { apps, deployed });
  const files = exportFiles(join(world.folder, '.exports'), systemClock);
  const appOf = ({ params }: Request) => appOfNode(RED, params.id);
  suppressionEndpoints(routes, { appOf, files });
  receivedEndpoints(routes, appOf);
  messageEndpoints(routes, { appOf, files });
  routes.opened.download('exports/:token', ({ params }) =>
    files.take(String(params.id), String(params.token)),
  );
  appEndpoints(RED, routes, world);
}

type RouteTests = typeof import('../lib/app/test-route.ts');

/** The tests of a route use what a dialog shows, deployed or not. */
function routeEndpoints(
  RED: NodeAPI,
  { write }: AdminRoutes,
  { apps, ...world }: RouteWorld & { apps: RunningApps },
): void {
  const withWorld = (
    body: Request['body'],
    work: (settings: AppSettings, world: RouteWorld, route: RouteTests) => Promise<string>,
  ) =>
    inPlainWords(async () => {
      const settings = readDialog(RED, body);
      const route = await import('../lib/app/test-route.ts');
      if (!oauthLoginOf(settings.route)) return work(settings, world, route);
      return apps.withTokens(settings, (tokens) => work(settings, { ...world, tokens }, route));
    });
  write('test-connection', ({ body }) =>
    withWorld(body, (settings, own, { testConnection }) => testConnection(settings, own)),
  );
  write('test-mail', ({ body }) =>
    withWorld(body, async (settings, own, { sendTestMail }) => {
      const keys = await lentKeys(RED, String(body.id), settings);
      return sendTestMail(settings, String(body.to ?? ''), { ...own, keys });
    }),
  );
}

/** These work on what a dialog shows, deployed or not. */
function previewEndpoints(RED: NodeAPI, { write }: AdminRoutes): void {
  const unsubscribe = () => import('../lib/app/preview-unsubscribe.ts');
  write('preview', async ({ body }) => {
    const { previewMail } = await import('../lib/template/preview-mail.ts');
    return orFailure(() => previewMail(body));
  });
  write('preview-headers', async ({ body }) => {
    const { previewHeaders } = await unsubscribe();
    return orFailure(() => previewHeaders(readDialog(RED, body), randomBytes));
  });
  write('preview-page', async ({ body }) => {
    const { previewPage } = await unsubscribe();
    return orFailure(() => ({ html: previewPage(readDialog(RED, body)) }));
  });
}

/** These are about an app that runs. */
function appEndpoints(RED: NodeAPI, { read, write, remove }: AdminRoutes, world: RouteWorld): void {
  const app = (request: Request) => appOfNode(RED, request.params.id);
  const captured = async (request: Request) => capturedBy(await app(request), world);

  read(':id/state', async (request) => stateOf(await app(request)));
  write(':id/pause', async (request) => changed(await app(request), 'pause'));
  write(':id/resume', async (request) => changed(await app(request), 'resume'));
  read(':id/captured', async (request) => (await captured(request)).list());
  read(':id/captured/:mail', async (request) => {
    const mail = await (await captured(request)).read(String(request.params.mail));
    return mail && { ...mail, attachments: mail.attachments.map(withoutContent) };
  });
  remove(':id/captured', async (request) => (await captured(request)).clear());
}

/** Of the app that the dialog is about, as far as it runs. */
async function lentKeys(RED: NodeAPI, id: string, { appId }: AppSettings): Promise<KeyRing | undefined> {
  const app = await appOfNode(RED, id).catch(() => undefined);
  return app?.settings.appId === appId ? app.keys : undefined;
}

/** As JSON a Buffer is a list of numbers, many times its size; the dialog shows none. */
function withoutContent({ content: _content, ...attachment }: ParsedAttachment): object {
  return attachment;
}

async function capturedBy({ settings }: EmailApp, { folder, clock }: RouteWorld): Promise<CapturedMails> {
  const { capturedMails } = await import('../lib/transport/captured-mails.ts');
  return capturedMails({ folder: appFolder(settings, folder), clock });
}

function stateOf(app: EmailApp): object {
  const { paused, marketingPaused, rate, nextAttemptAt, lastFailure, counts } = app.state();
  return { paused, marketingPaused, rate, nextAttemptAt, lastFailure, ...counts };
}

async function changed(app: EmailApp, change: 'pause' | 'resume'): Promise<object> {
  await app[change]();
  return stateOf(app);
}
