import type { Request } from 'express';
import type { EmailApp } from '../lib/app/email-app.ts';
import type { MessageDesk } from '../lib/app/message-desk.ts';
import { EmailError } from '../lib/kernel/errors.ts';
import type { MessageQuery } from '../lib/message-log/message-log.ts';
import type { AdminRoutes, Download } from './admin-routes.ts';
import type { ExportFiles } from './export-files.ts';
import { noteAccess } from './note-access.ts';
import { nowAndThen } from './now-and-then.ts';
import { plainName } from './plain-name.ts';

export interface MessageRooms {
  /** Of the email-app node that the route names. */
  readonly appOf: (request: Request) => Promise<EmailApp>;
  readonly files: Pick<ExportFiles, 'write'>;
}

type AppOf = MessageRooms['appOf'];

// What does the work is loaded when it is needed first, so that Node-RED starts without it.
const reading = () => import('../lib/message-log/read-query.ts');
const showing = () => import('../lib/message-log/shown-message.ts');
const acting = () => import('../lib/message-log/message-actions.ts');
const exporting = () => import('../lib/message-log/export-messages.ts');

/** The mails of a running app: to be looked for, looked into and acted on. */
export function messageEndpoints(routes: AdminRoutes, rooms: MessageRooms): void {
  listEndpoints(routes, rooms.appOf);
  openEndpoints(routes, rooms.appOf);
  actionEndpoints(routes, rooms.appOf);
  exportEndpoint(routes, rooms);
}

/** What happened to which mail, with nobody's name in it. */
function listEndpoints({ read }: AdminRoutes, appOf: AppOf): void {
  read(':id/messages', async (request) => {
    const { readQuery } = await reading();
    const { maskedMessage } = await showing();
    const query = readQuery(request.query);
    if (query.subject !== undefined) throw sealedSubject();
    const page = await (await appOf(request)).messages.search(query);
    return { ...page, messages: page.messages.map(maskedMessage) };
  });
  read(':id/messages/:mail', async (request) => {
    const { maskedEntry, maskedMessage } = await showing();
    const { message, timeline } = await (await appOf(request)).messages.look(mailOf(request));
    return { message: maskedMessage(message), timeline: timeline.map(maskedEntry) };
  });
  read(':id/accesses', async (request) => {
    const { readLimit } = await reading();
    const limit = readLimit(request.query.limit);
    return { accesses: await (await appOf(request)).messages.accesses(limit) };
  });
}

/** Who may not read it could find it out by asking often enough. */
function sealedSubject(): EmailError {
  const why = 'subjects are sealed: open the list, which takes the permission email-app.decrypt';
  return new EmailError('bad-query', { field: 'subject', detail: { why } });
}

/** Each is noted before it is shown. */
function openEndpoints({ opened }: AdminRoutes, appOf: AppOf): void {
  const noted = async (request: Request, what: 'message' | 'source' | 'attachment'): Promise<MessageDesk> => {
    const app = await appOf(request);
    await noteAccess(app, request, what, mailOf(request).slice(0, longestId));
    return app.messages;
  };
  opened.read('messages', async (request) => {
    const { readQuery } = await reading();
    const { openedMessage } = await showing();
    const query = readQuery(request.query);
    const app = await appOf(request);
    await noteAccess(app, request, 'list', await summaryOf(query));
    const page = await app.messages.search(query);
    return { ...page, messages: page.messages.map(openedMessage) };
  });
  opened.read('messages/:mail', async (request) => openedMail(await noted(request, 'message'), request));
  opened.download('messages/:mail/source', async (request) => {
    const bytes = await (await noted(request, 'source')).source(mailOf(request));
    return { bytes, name: `mail-${plainName(mailOf(request)).slice(-12)}.eml` };
  });
  opened.download('messages/:mail/attachments/:index', async (request) =>
    attachmentOf(await noted(request, 'attachment'), request),
  );
}

/** A mail whose words are gone still has a fate: `gone` says why there is no more of it. */
async function openedMail(messages: MessageDesk, request: Request): Promise<object> {
  const { openedMessage } = await showing();
  const { message, timeline } = await messages.look(mailOf(request));
  const told = { message: openedMessage(message), timeline };
  try {
    const { attachments, headers, ...mail } = await messages.open(mailOf(request));
    return {
      ...told,
      ...mail,
      headers: headers.map(({ name, value }) => [name, value]),
      attachments: attachments.map(({ filename, contentType, size }) => ({ filename, contentType, size })),
    };
  } catch (thrown) {
    if (thrown instanceof EmailError && thrown.code === 'content-gone') return { ...told, gone: thrown.code };
    throw thrown;
  }
}

async function attachmentOf(messages: MessageDesk, request: Request): Promise<Download> {
  const { attachments } = await messages.open(mailOf(request));
  const index = String(request.params.index);
  const attachment = /^\d{1,4}$/.test(index) ? attachments[Number(index)] : undefined;
  if (!attachment) throw new EmailError('no-such-mail');
  return { bytes: attachment.content, name: plainName(attachment.filename) };
}

function actionEndpoints({ write }: AdminRoutes, appOf: AppOf): void {
  for (const action of ['cancel', 'retry', 'resend', 'again'] as const) {
    write(`:id/messages/${action}`, async (request) => {
      const { readIds } = await acting();
      const ids = readIds(request.body?.ids);
      return { changed: await (await appOf(request)).messages[action](ids) };
    });
  }
  write(':id/messages/resolve', async (request) => {
    const { readIds, readResolution } = await acting();
    const ids = readIds(request.body?.ids);
    const as = readResolution(request.body?.as);
    return { changed: await (await appOf(request)).messages.resolve(ids, as) };
  });
}

function exportEndpoint({ opened }: AdminRoutes, { appOf, files }: MessageRooms): void {
  opened.live('messages/export', async (request, onStep) => {
    const { readQuery } = await reading();
    const { readExportFormat } = await exporting();
    const format = readExportFormat(request.body?.format);
    const query = readQuery(request.body?.query ?? {});
    const app = await appOf(request);
    await noteAccess(app, request, 'export', await summaryOf(query));
    const pieces = app.messages.export(
      query,
      format,
      nowAndThen((done: number) => onStep({ done })),
    );
    return files.write(String(request.params.id), `messages.${format}`, pieces);
  });
}

const longestId = 100;

function mailOf({ params }: Request): string {
  return String(params.mail);
}

/** What was looked for, with nobody's name in it: who may not open mails reads the access log, too. */
async function summaryOf({
  recipient,
  subject,
  limit: _,
  after: __,
  ...others
}: MessageQuery): Promise<string> {
  const { maskAddress } = await import('../lib/message-log/mask-address.ts');
  const told = {
    ...(recipient !== undefined && { recipient: maskAddress(recipient) }),
    ...(subject !== undefined && { subject: '…' }),
    ...others,
  };
  const parts = Object.entries(told).map(([name, value]) => `${name}=${String(value)}`);
  return parts.join(' ').slice(0, 2 * longestId);
}
