/** One request on its way: resolves with the whole answer, or rejects with how far it had come. */
import type { IncomingHttpHeaders } from 'node:http';
import { flatHeaders, type SdkHttpResponse } from './sdk-http.ts';
import { Unanswered } from './unanswered.ts';

/** Bytes: more than any answer of these services, and little enough to keep. */
const longestAnswer = 16 * 1024 * 1024;

interface Controller {
  abort(reason: Error): void;
}

/**
 * queued ──► written (perhaps, from its first byte on) ──► answered
 *
 * What failed before it began to be written can be sent again without being sent twice. The methods are those that
 * undici calls; it calls `onRequestStart` when the connection stands, right before the first byte.
 */
export class HttpExchange {
  readonly response: Promise<SdkHttpResponse>;
  #resolve: (response: SdkHttpResponse) => void = () => {};
  #reject: (reason: Unanswered) => void = () => {};
  #controller: Controller | undefined;
  #isOver = false;
  #statusCode = 0;
  #headers: IncomingHttpHeaders = {};
  #chunks: Buffer[] = [];
  #length = 0;

  constructor() {
    this.response = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** The time is over. */
  giveUp(): void {
    this.#isOver = true;
    this.#end('ETIMEDOUT', 'no answer in time');
  }

  onRequestStart(controller: Controller): void {
    if (this.#isOver) controller.abort(new Error('no answer in time'));
    else this.#controller = controller;
  }

  onResponseStart(_: unknown, statusCode: number, headers: IncomingHttpHeaders): void {
    this.#statusCode = statusCode;
    this.#headers = headers;
  }

  onResponseData(_: unknown, chunk: Buffer): void {
    this.#length += chunk.length;
    if (this.#length <= longestAnswer) this.#chunks.push(chunk);
    else this.#end('ERR_ANSWER_TOO_LONG', 'its answer has no end');
  }

  onResponseEnd(): void {
    const body = Buffer.concat(this.#chunks);
    this.#resolve({ statusCode: this.#statusCode, headers: flatHeaders(this.#headers), body });
  }

  onResponseError(_: unknown, error: Error & { readonly code?: unknown }): void {
    this.#fail(String(error.code ?? error.name), error.message);
  }

  #end(code: string, why: string): void {
    this.#fail(code, why);
    this.#chunks = [];
    this.#controller?.abort(new Error(why));
  }

  #fail(code: string, why: string): void {
    this.#reject(new Unanswered(code, { written: this.#controller !== undefined, why }));
  }
}
