import type { Request } from 'express';
import type { EmailApp } from '../lib/app/email-app.ts';
import type { OpenedKeptMail } from '../lib/inbound/kept-mails.ts';
import { EmailError } from '../lib/kernel/errors.ts';
import type { ReceivedMail } from '../lib/received/received-mail.ts';
import type { AdminRoutes, Download } from './admin-routes.ts';
import { noteAccess } from './note-access.ts';
import { plainName } from './plain-name.ts';

type AppOf = (request: Request) => Promise<EmailApp>;

const mostListed = 100;
const longestId = 100;

/** Received mails that the flows have had, for a person to look into; that somebody does is noted before. */
export function receivedEndpoints({ opened }: AdminRoutes, appOf: AppOf): void {
  opened.read('received', async (request) => {
    const options = pageOf(request);
    const app = await appOf(request);
    await noteAccess(app, request, 'list', 'received');
    return (await app.mailRoom.kept?.list(options)) ?? { mails: [] };
  });
  opened.read('received/:mail', async (request) => {
    const { mail, summary } = await readKept(request, appOf, 'received');
    return { ...summary, ...shown(mail) };
  });
  opened.download('received/:mail/source', async (request) => {
    const { summary, file, done } = await openKept(request, appOf, 'source');
    return { file, size: summary.size, name: `received-${summary.id.slice(-12)}.eml`, done };
  });
  opened.download('received/:mail/attachments/:index', async (request): Promise<Download> => {
    const { mail } = await readKept(request, appOf, 'attachment');
    const index = String(request.params.index);
    const attachment = /^\d{1,4}$/.test(index) ? mail.attachments[Number(index)] : undefined;
    if (!attachment) throw new EmailError('no-such-mail');
    return { bytes: attachment.content, name: plainName(attachment.filename) };
  });
  opened.read('forwarding-code', async (request) => {
    const app = await appOf(request);
    await noteAccess(app, request, 'forwarding-code', '');
    return app.mailRoom.codes?.last();
  });
}

type What = Parameters<typeof noteAccess>[2];
type Read = Pick<ReceivedMail, 'attachments' | 'cc' | 'headers' | 'html' | 'replyTo' | 'text'>;

/** Its copy in the clear is gone when this resolves. */
async function readKept(request: Request, appOf: AppOf, what: What) {
  const { summary, file, done } = await openKept(request, appOf, what);
  try {
    const { readMail } = await import('../lib/inbound/read-mail.ts');
    return { summary, mail: await readMail(file, summary) };
  } finally {
    await done();
  }
}

async function openKept(request: Request, appOf: AppOf, what: What): Promise<OpenedKeptMail> {
  const app = await appOf(request);
  const id = String(request.params.mail);
  await noteAccess(app, request, what, id.slice(0, longestId));
  const kept = await app.mailRoom.kept?.open(id);
  if (!kept) throw new EmailError('no-such-mail');
  return kept;
}

function shown({ attachments, headers, text, html, cc, replyTo }: Read): object {
  return {
    cc,
    replyTo,
    text,
    html,
    headers: Object.entries(headers).flatMap(([name, values]) =>
      [values].flat().map((value) => [name, value]),
    ),
    attachments: attachments.map(({ content: _, ...attachment }) => attachment),
  };
}

function pageOf({ query }: Request): { limit: number; after?: string } {
  const { limit = String(mostListed), after } = query;
  if (typeof limit !== 'string' || !/^[1-9]\d{0,2}$/.test(limit)) throw badPage('limit');
  if (after !== undefined && typeof after !== 'string') throw badPage('after');
  return { limit: Number(limit), after };
}

function badPage(field: string): EmailError {
  return new EmailError('bad-query', { field, detail: { why: 'it is not that of a page' } });
}
