import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Request, RequestHandler, Response } from 'express';
import type { NodeAPI } from 'node-red';
import { asEmailError } from '../lib/kernel/errors.ts';

export type Work = (request: Request) => Promise<unknown>;

/** Long work: tells of its steps while it goes on. */
export type LiveWork = (request: Request, onStep: (step: object) => void) => Promise<unknown>;

export type Download = DownloadedFile | DownloadedBytes;

interface DownloadName {
  /** Letters, digits, dots and hyphens: it goes into a header as it is. */
  readonly name: string;
  /** Called when it was answered, or could not be. */
  readonly done?: () => Promise<void>;
}

export interface DownloadedFile extends DownloadName {
  /** Absolute path. */
  readonly file: string;
  /** Bytes */
  readonly size: number;
}

export interface DownloadedBytes extends DownloadName {
  readonly bytes: Uint8Array;
}

/** Routes for the dialogs below `email-app/` on the admin side. */
export interface AdminRoutes {
  read(path: string, work: Work): void;
  write(path: string, work: Work): void;
  remove(path: string, work: Work): void;
  /** A GET answered with a file, to be saved and not to be shown. */
  download(path: string, work: (request: Request) => Promise<Download>): void;
  /** A POST answered in lines of JSON: `{step}` for every step, `{result}` at the end. */
  live(path: string, work: LiveWork): void;
  /** Of what is kept sealed, below `:id/opened/`: whoever asks needs the permission to have it opened. */
  readonly opened: Pick<AdminRoutes, 'read' | 'download' | 'live'>;
}

/** Each asks for a permission, and for a header that no page of another site can send. */
export function adminRoutes(RED: NodeAPI): AdminRoutes {
  const guard = (scope: 'read' | 'write' | 'decrypt') => [
    RED.auth.needsPermission(`email-app.${scope}`),
    sameOrigin,
  ];
  return {
    read: (path, work) => RED.httpAdmin.get(`/email-app/${path}`, ...guard('read'), answer(work)),
    write: (path, work) => RED.httpAdmin.post(`/email-app/${path}`, ...guard('write'), answer(work)),
    remove: (path, work) => RED.httpAdmin.delete(`/email-app/${path}`, ...guard('write'), answer(work)),
    download: (path, work) => RED.httpAdmin.get(`/email-app/${path}`, ...guard('read'), answerFile(work)),
    live: (path, work) => RED.httpAdmin.post(`/email-app/${path}`, ...guard('write'), answerLive(work)),
    opened: {
      read: (path, work) =>
        RED.httpAdmin.get(`/email-app/:id/opened/${path}`, ...guard('decrypt'), answer(work)),
      download: (path, work) =>
        RED.httpAdmin.get(`/email-app/:id/opened/${path}`, ...guard('decrypt'), answerFile(work)),
      live: (path, work) =>
        RED.httpAdmin.post(`/email-app/:id/opened/${path}`, ...guard('decrypt'), answerLive(work)),
    },
  };
}

/** A form on another site cannot send a header of its own without the browser asking us first. */
const sameOrigin: RequestHandler = (request, response, next) => {
  if (request.headers['x-email-app'] === '1') next();
  else response.status(403).json({ code: 'forbidden' });
};

/** No browser keeps on its disk what is kept sealed here. */
function answer(work: Work): RequestHandler {
  return (request: Request, response: Response) => {
    response.set({ 'cache-control': 'no-store' });
    work(request).then(
      (result) => response.json(result ?? {}),
      (thrown: unknown) => refuse(response, thrown),
    );
  };
}

/** What was asked for is not there, unless it was asked for in the wrong way. */
function refuse(response: Response, thrown: unknown): void {
  const refusal = failure(thrown);
  response.status(refusal.code === 'bad-query' ? 400 : 404).json(refusal);
}

/** Strangers wrote it: no browser may take it for a page of this site. */
function answerFile(work: (request: Request) => Promise<Download>): RequestHandler {
  return async (request, response) => {
    let download: Download | undefined;
    try {
      download = await work(request);
      response.set({
        'content-type': 'application/octet-stream',
        'content-length': String('bytes' in download ? download.bytes.byteLength : download.size),
        'content-disposition': `attachment; filename="${download.name}"`,
        'content-security-policy': "default-src 'none'; sandbox",
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
      });
      if ('bytes' in download) response.end(download.bytes);
      else await pipeline(createReadStream(download.file), response);
    } catch (thrown) {
      if (response.headersSent) response.destroy();
      else refuse(response, thrown);
    } finally {
      await download?.done?.();
    }
  };
}

function answerLive(work: LiveWork): RequestHandler {
  return async (request: Request, response: Response) => {
    // Neither a cache nor a proxy may gather the steps before it passes them on.
    response.set({
      'content-type': 'application/x-ndjson',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    });
    const tell = (line: object) => response.write(`${JSON.stringify(line)}\n`);
    const result = await orFailure(() => work(request, (step) => tell({ step })));
    tell({ result: result ?? {} });
    response.end();
  };
}

export interface Failure {
  readonly code: string;
  readonly field?: string;
  readonly text: string;
}

export function failure(thrown: unknown): Failure {
  const { code, field, message } = asEmailError(thrown);
  return { code, field, text: message };
}

/** What a person tries out in a dialog may fail: that is an answer, and no error of the request. */
export async function orFailure<Result>(work: () => Result | Promise<Result>): Promise<Result | Failure> {
  try {
    return await work();
  } catch (thrown) {
    return failure(thrown);
  }
}

export async function inPlainWords(work: () => Promise<string>): Promise<object> {
  try {
    return { ok: true, text: await work() };
  } catch (thrown) {
    return { ok: false, ...failure(thrown) };
  }
}
