import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Request, RequestHandler, Response } from 'express';
import type { NodeAPI } from 'node-red';
import { asEmailError } from '../lib/kernel/errors.ts';

export type Work = (request: Request) => Promise<unknown>;

/** Long work: tells of its steps while it goes on. */
export type LiveWork = (request: Request, onStep: (step: object) => void) => Promise<unknown>;

export interface Download {
  /** Absolute path. */
  readonly file: string;
  /** Letters, digits, dots and hyphens: it goes into a header as it is. */
  readonly name: string;
  /** Bytes */
  readonly size: number;
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
}

/** Each asks for a permission, and for a header that no page of another site can send. */
export function adminRoutes(RED: NodeAPI): AdminRoutes {
  const guard = (scope: 'read' | 'write') => [RED.auth.needsPermission(`email-app.${scope}`), sameOrigin];
  return {
    read: (path, work) => RED.httpAdmin.get(`/email-app/${path}`, ...guard('read'), answer(work)),
    write: (path, work) => RED.httpAdmin.post(`/email-app/${path}`, ...guard('write'), answer(work)),
    remove: (path, work) => RED.httpAdmin.delete(`/email-app/${path}`, ...guard('write'), answer(work)),
    download: (path, work) => RED.httpAdmin.get(`/email-app/${path}`, ...guard('read'), answerFile(work)),
    live: (path, work) => RED.httpAdmin.post(`/email-app/${path}`, ...guard('write'), answerLive(work)),
  };
}

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

/** Strangers wrote it: no browser may take it for a page of this site. */
function answerFile(work: (request: Request) => Promise<Download>): RequestHandler {
  return async (request, response) => {
    try {
      const { file, name, size } = await work(request);
      response.set({
        'content-type': 'application/octet-stream',
        'content-length': String(size),
        'content-disposition': `attachment; filename="${name}"`,
        'content-security-policy': "default-src 'none'; sandbox",
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
      });
      await pipeline(createReadStream(file), response);
    } catch (thrown) {
      if (response.headersSent) response.destroy();
      else response.status(404).json(failure(thrown));
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
