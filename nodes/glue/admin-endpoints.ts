import { randomBytes, randomUUID } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import type { NodeAPI } from 'node-red';
import type { EmailApp } from '../lib/app/email-app.ts';
import { appFolder } from '../lib/app/open-email-app.ts';
import { previewHeaders, previewPage } from '../lib/app/preview-unsubscribe.ts';
import { type RouteWorld, sendTestMail, testConnection } from '../lib/app/test-route.ts';
import { systemClock } from '../lib/kernel/clock.ts';
import { asEmailError, EmailError } from '../lib/kernel/errors.ts';
import type { KeyRing } from '../lib/keys/key-ring.ts';
import type { ParsedAttachment } from '../lib/mail/parse-mail.ts';
import type { AppSettings } from '../lib/settings/app-settings.ts';
import { previewMail } from '../lib/template/preview-mail.ts';
import { type CapturedMails, capturedMails } from '../lib/transport/captured-mails.ts';
import { readDialog } from './read-dialog.ts';
import { appsFolder, type EmailAppNode } from './running-app.ts';

/** What the dialogs ask for, on the admin side: permission and a same-origin header on every route. */
export function adminEndpoints(RED: NodeAPI): void {
  const world: RouteWorld = { clock: systemClock, folder: appsFolder(RED), newId: randomUUID };
  const guard = (scope: 'read' | 'write') => [RED.auth.needsPermission(`email-app.${scope}`), sameOrigin];
  const read = (path: string, work: Work) =>
    RED.httpAdmin.get(`/email-app/${path}`, ...guard('read'), answer(work));
  const write = (path: string, work: Work) =>
    RED.httpAdmin.post(`/email-app/${path}`, ...guard('write'), answer(work));
  const app = (request: Request) => appOf(RED, String(request.params.id));
  const captured = async (request: Request) => capturedOf(await app(request), world);

  write('test-connection', (request) =>
    inPlainWords(() => testConnection(readDialog(RED, request.body), world)),
  );
  write('test-mail', ({ body }) =>
    inPlainWords(async () => {
      const settings = readDialog(RED, body);
      const keys = await lentKeys(RED, String(body.id), settings);
      return sendTestMail(settings, String(body.to ?? ''), { ...world, keys });
    }),
  );
  write('preview', ({ body }) => previewMail(body).catch(failure));
  write('preview-headers', ({ body }) => orFailure(() => previewHeaders(readDialog(RED, body), randomBytes)));
  write('preview-page', ({ body }) => orFailure(() => ({ html: previewPage(readDialog(RED, body)) })));
  read(':id/state', async (request) => stateOf(await app(request)));
  write(':id/pause', async (request) => changed(await app(request), 'pause'));
  write(':id/resume', async (request) => changed(await app(request), 'resume'));
  read(':id/captured', async (request) => (await captured(request)).list());
  read(':id/captured/:mail', async (request) => {
    const mail = await (await captured(request)).read(String(request.params.mail));
    return mail && { ...mail, attachments: mail.attachments.map(withoutContent) };
  });
  RED.httpAdmin.delete(
    '/email-app/:id/captured',
    ...guard('write'),
    answer(async (request) => (await captured(request)).clear()),
  );
}

type Work = (request: Request) => Promise<unknown>;

/** A form on another site cannot send a header of its own without the browser asking us first. */
const sameOrigin: RequestHandler = (request, response, next) => {
  if (request.headers['x-email-app'] === '1') next();
  else response.status(403).json({ code: 'forbidden' });
};

function answer(work: Work): RequestHandler {
  return (request: Request, response: Response) => {
    work(request).then(
      (result) => response.json(result ?? {}),
      (thrown: unknown) => response.status(404).json(failure(thrown)),
    );
  };
}

async function inPlainWords(work: () => Promise<string>): Promise<object> {
  try {
    return { ok: true, text: await work() };
  } catch (thrown) {
    return { ok: false, ...failure(thrown) };
  }
}

/** A dialog that is not filled in yet is no error of the request. */
async function orFailure(work: () => object): Promise<object> {
  try {
    return work();
  } catch (thrown) {
    return failure(thrown);
  }
}

function failure(thrown: unknown): { code: string; field?: string; text: string } {
  const { code, field, message } = asEmailError(thrown);
  return { code, field, text: message };
}

async function appOf(RED: NodeAPI, id: string): Promise<EmailApp> {
  const node = RED.nodes.getNode(id) as EmailAppNode | null;
  if (node?.type !== 'email-app') throw new EmailError('missing-app', { field: 'app' });
  return node.running;
}

/** Of the app that the dialog is about, as far as it runs. */
async function lentKeys(RED: NodeAPI, id: string, { appId }: AppSettings): Promise<KeyRing | undefined> {
  const app = await appOf(RED, id).catch(() => undefined);
  return app?.settings.appId === appId ? app.keys : undefined;
}

/** As JSON a Buffer is a list of numbers, many times its size; the dialog shows none. */
function withoutContent({ content: _content, ...attachment }: ParsedAttachment): object {
  return attachment;
}

function capturedOf({ settings }: EmailApp, { folder, clock }: RouteWorld): CapturedMails {
  return capturedMails({ folder: appFolder(settings, folder), clock });
}

function stateOf(app: EmailApp): object {
  const { paused, rate, nextAttemptAt, lastFailure, counts } = app.state();
  return { paused, rate, nextAttemptAt, lastFailure, ...counts };
}

async function changed(app: EmailApp, change: 'pause' | 'resume'): Promise<object> {
  await app[change]();
  return stateOf(app);
}
