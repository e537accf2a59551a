/** One webhook on its way: resolves with what the try came to, and never rejects. */
import type { IncomingHttpHeaders } from 'node:http';
import type { WebhookAnswer } from '../webhook-answer.ts';
import { answerOf, failureOf } from './answer-of.ts';

/** Bytes: more than any receiver has to say. */
const longestAnswer = 64 * 1024;

interface Controller {
  abort(reason: Error): void;
}

/**
 * waiting ──► answered ──► over
 *
 * The status decides, whatever becomes of the rest; that is read only to have the connection for the next webhook, and
 * not for long. The methods `on…` are those that undici calls.
 */
export class PostExchange {
  readonly answer: Promise<WebhookAnswer>;
  readonly #now: () => number;
  readonly #onOver: (exchange: PostExchange) => void;
  #resolve: (answer: WebhookAnswer) => void = () => {};
  #controller: Controller | undefined;
  #answered: WebhookAnswer | undefined;
  #isOver = false;
  #length = 0;

  constructor(now: () => number, onOver: (exchange: PostExchange) => void) {
    this.#now = now;
    this.#onOver = onOver;
    this.answer = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Nothing more is waited for; `otherwise` holds unless there is an answer. */
  giveUp(otherwise: WebhookAnswer): void {
    this.#end(otherwise);
    this.#controller?.abort(new Error('over'));
  }

  fail(thrown: unknown): void {
    this.#end(failureOf(thrown));
  }

  onRequestStart(controller: Controller): void {
    this.#controller = controller;
    if (this.#isOver) controller.abort(new Error('over'));
  }

  onResponseStart(_: unknown, status: number, headers: IncomingHttpHeaders): void {
    // 103 Early Hints and the like come before the answer
    if (status >= 200) this.#answered = answerOf(status, headers, this.#now());
  }

  onResponseData(_: unknown, chunk: Buffer): void {
    this.#length += chunk.length;
    if (this.#length > longestAnswer) this.#controller?.abort(new Error('over'));
  }

  onResponseEnd(): void {
    this.fail(undefined);
  }

  onResponseError(_: unknown, error: unknown): void {
    this.fail(error);
  }

  #end(otherwise: WebhookAnswer): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#resolve(this.#answered ?? otherwise);
    this.#onOver(this);
  }
}
