import type { Request } from 'express';
import type { EmailApp } from '../lib/app/email-app.ts';
import { systemClock } from '../lib/kernel/clock.ts';
import { EmailError } from '../lib/kernel/errors.ts';
import type { ImportProgress } from '../lib/suppression/import-suppressions.ts';
import type { ManageAction } from '../lib/suppression/manage-request.ts';
import type { Evidence } from '../lib/suppression/suppression-list.ts';
import type { AdminRoutes, LiveWork } from './admin-routes.ts';
import type { ExportFiles } from './export-files.ts';
import { noteAccess } from './note-access.ts';
import { nowAndThen } from './now-and-then.ts';

export interface SuppressionRooms {
  /** Of the email-app node that the route names. */
  readonly appOf: (request: Request) => Promise<EmailApp>;
  readonly files: ExportFiles;
}

type AppOf = SuppressionRooms['appOf'];

/** The suppression list of a running app, as the sidebar has it. What does the work is loaded when it is needed first. */
export function suppressionEndpoints(routes: AdminRoutes, { appOf, files }: SuppressionRooms): void {
  addressEndpoints(routes, appOf);
  routes.live(':id/suppressions/import', importing(appOf));
  openedEndpoints(routes, { appOf, files });
}

/** These are about one address, which whoever asks knows. */
function addressEndpoints({ read, write }: AdminRoutes, appOf: AppOf): void {
  const manage = async (request: Request, action: ManageAction, payload: object) => {
    const { manageList } = await import('../lib/suppression/manage-list.ts');
    const { suppressions } = await appOf(request);
    return (await manageList({ ...payload, action }, { suppressions, now: systemClock.now() })) as Managed;
  };
  const given = ({ body }: Request, names: readonly string[]) => only(body, names);

  read(':id/suppressions', async (request) => {
    const asked = only(request.query, ['address']);
    const { entries = [] } = await manage(request, 'check', asked);
    const { events = [] } = await manage(request, 'history', asked);
    return { entries: entries.map(withoutEvidence), history: events.map(withoutEvidence) };
  });
  write(':id/suppressions', async (request) => {
    const entry = given(request, ['address', 'listTopic', 'detail']);
    const { added = false } = await manage(request, 'add', { ...entry, cause: 'manual' });
    return { added };
  });
  write(':id/suppressions/remove', async (request) => {
    const removal = given(request, ['address', 'listTopic', 'cause', 'detail']);
    const { removed = false } = await manage(request, 'remove', removal);
    return { removed };
  });
  write(':id/suppressions/erase', async (request) => {
    const { erased = false } = await manage(request, 'erase', given(request, ['address']));
    return { erased };
  });
}

/** Of the results of `manageList`. */
interface Managed {
  readonly entries?: readonly Evidenced[];
  readonly events?: readonly Evidenced[];
  readonly added?: boolean;
  readonly removed?: boolean;
  readonly erased?: boolean;
}

interface Evidenced {
  readonly evidence?: Evidence;
}

/** Where somebody was when they left is nobody's business here. */
function withoutEvidence({ evidence: _, ...told }: Evidenced): object {
  return told;
}

/** What is not expected is left to the reader to refuse, but for the action. */
function only(given: unknown, names: readonly string[]): object {
  const fields = Object.entries(typeof given === 'object' && given !== null ? given : {});
  const strange = fields.find(([name]) => !names.includes(name));
  if (strange)
    throw new EmailError('bad-request', { field: strange[0], detail: { why: 'it is not known here' } });
  return Object.fromEntries(fields.filter(([, value]) => value !== ''));
}

/** These show who is on the list; that somebody looked is noted before. */
function openedEndpoints({ opened }: AdminRoutes, { appOf, files }: SuppressionRooms): void {
  opened.read('suppressions', async (request) => {
    const { readManageRequest } = await import('../lib/suppression/manage-request.ts');
    const { after, limit = mostListed } = only(request.query, ['after', 'limit']) as Paging;
    const page = readManageRequest({
      action: 'list',
      limit: Number(limit),
      ...(after !== undefined && { after }),
    });
    const app = await appOf(request);
    await noteAccess(app, request, 'suppressions', '');
    const { entries, next } = await app.suppressions.list(page as { limit: number; after?: string });
    return { entries: entries.map(withoutEvidence), next, count: await app.suppressions.count() };
  });
  opened.live('suppressions/export', async (request, onStep) => {
    const { format } = only(request.body, ['format']) as { format?: unknown };
    if (format !== 'csv' && format !== 'jsonl') throw strangeFormat();
    const { exportSuppressions } = await import('../lib/suppression/export-suppressions.ts');
    const { jsonLinesOf } = await import('../lib/suppression/json-lines.ts');
    const app = await appOf(request);
    await noteAccess(app, request, 'export', 'suppressions');
    const total = await app.suppressions.count();
    const onProgress = nowAndThen((done: number) => onStep({ done, total }));
    const write = format === 'csv' ? exportSuppressions : jsonLinesOf;
    const day = new Date(systemClock.now()).toISOString().slice(0, 10);
    return files.write(
      String(request.params.id),
      `suppressions-${day}.${format}`,
      write(app.suppressions, onProgress),
    );
  });
}

interface Paging {
  readonly after?: unknown;
  readonly limit?: unknown;
}

const mostListed = 100;

function strangeFormat(): EmailError {
  return new EmailError('bad-request', { field: 'format', detail: { why: 'it must be csv or jsonl' } });
}

const csvTypes = ['text/csv'];
const jsonLinesTypes = ['application/jsonl', 'application/x-ndjson'];

/**
 * The body is the list itself, of any length, read as it comes. What is wrong with a row is told, and the others are
 * taken. Nothing is imported if the text ends in the middle.
 */
function importing(appOf: AppOf): LiveWork {
  return async (request, onStep) => {
    const { importSuppressions } = await import('../lib/suppression/import-suppressions.ts');
    const { csvOfJsonLines } = await import('../lib/suppression/json-lines.ts');
    const type = contentTypeOf(request);
    const isCsv = csvTypes.includes(type);
    if (!isCsv && !jsonLinesTypes.includes(type)) throw strangeType(type);
    const { suppressions: list } = await appOf(request);
    let read = 0;
    const tell = nowAndThen(onStep);
    const pieces = isCsv ? wholeOf(request) : csvOfJsonLines(wholeOf(request));
    const report = await importSuppressions(pieces, {
      list,
      now: systemClock.now(),
      skipBadRows: true,
      onProgress({ phase, rows, bad: refused }: ImportProgress) {
        if (phase === 'reading') read = rows;
        tell({ phase, read, added: phase === 'saving' ? rows : 0, refused });
      },
    });
    const { added, erased, bad: refused, badRows } = report;
    // lines of JSON were read behind a header
    const refusals = badRows.map(({ line, ...why }) => ({ line: isCsv ? line : line - 1, ...why }));
    return { read: report.rows, added, erased, refused, refusals };
  };
}

function contentTypeOf({ headers }: Request): string {
  const [type = ''] = (headers['content-type'] ?? '').split(';');
  return type.trim().toLowerCase();
}

function strangeType(type: string): EmailError {
  const why = `it is ${type || 'missing'}, and must be ${[...csvTypes, ...jsonLinesTypes].join(' or ')}`;
  return new EmailError('bad-request', { field: 'content-type', detail: { why } });
}

/** A body that was cut off must not pass for a shorter list. */
async function* wholeOf(request: Request): AsyncGenerator<Uint8Array> {
  for await (const piece of request) yield piece as Uint8Array;
  if (!request.complete) {
    throw new EmailError('bad-request', { field: 'body', detail: { why: 'it ended in the middle' } });
  }
}
