/**
 * Calls in from many callers, batches out to one store: at most one batch is under way, and what is called meanwhile
 * forms the next one. So one commit serves all who waited for it.
 */
import { asEmailError, type EmailError } from '../kernel/errors.ts';
import type { OperationTable, StoreCall, StoreReply } from './run-batch.ts';
import { rebuildFailure } from './store-failure.ts';
import { StoreHealth } from './store-health.ts';

/** Hands a batch to the store; its replies come back through `receive`. */
export type PostBatch = (calls: readonly StoreCall[]) => void;

interface PendingCall {
  readonly call: StoreCall;
  readonly resolve: (value: unknown) => void;
  readonly reject: (failure: EmailError) => void;
}

type Input<Operation> = Operation extends (input: infer Given) => unknown ? Given : never;
type Output<Operation> = Operation extends (input: never) => infer Result ? Result : never;

/** Calls in one transaction at most, so that none waits long for the others. */
const largestBatch = 512;

export class StoreClient<Table extends OperationTable> {
  readonly health = new StoreHealth();
  readonly #post: PostBatch;
  readonly #later: (work: () => void) => void;
  #waiting: PendingCall[] = [];
  #underWay: PendingCall[] = [];
  #refusal: EmailError | undefined;
  #onIdle: (() => void) | undefined;

  /** `later` runs its work once what happens at this moment is over, so that all of it joins one batch. */
  constructor(post: PostBatch, later: (work: () => void) => void = queueMicrotask) {
    this.#post = post;
    this.#later = later;
  }

  /** Why calls are refused; undefined as long as they are taken. */
  get refusal(): EmailError | undefined {
    return this.#refusal;
  }

  /** Runs an operation in the store. Throws EmailError. */
  call<Name extends keyof Table & string>(
    name: Name,
    input: Input<Table[Name]>,
  ): Promise<Output<Table[Name]>> {
    if (this.#refusal) return Promise.reject(this.#refusal);
    return new Promise<unknown>((resolve, reject) => {
      this.#waiting.push({ call: { name, input }, resolve, reject });
      if (this.#waiting.length === 1) this.#later(() => this.#postNext());
    }) as Promise<Output<Table[Name]>>;
  }

  /** Takes the replies to the batch under way, in the order of its calls. */
  receive(replies: readonly StoreReply[]): void {
    const answered = this.#underWay;
    this.#underWay = [];
    // at once, so that the store works on what waits while the answers are worked on here
    if (this.#waiting.length > 0) this.#postNext();
    else this.#later(() => this.#postNext());
    for (const [index, reply] of replies.entries()) this.#answer(answered[index], reply);
  }

  /** The store is gone: everything waiting and everything called from now on fails. */
  fail(failure: EmailError): void {
    this.#refusal ??= failure;
    this.health.failed(failure);
    for (const { reject } of [...this.#underWay, ...this.#waiting]) reject(failure);
    this.#underWay = [];
    this.#waiting = [];
    this.#onIdle?.();
  }

  /** Refuses new calls and resolves when the store has answered all earlier ones. */
  finish(refusal: EmailError): Promise<void> {
    this.#refusal ??= refusal;
    return new Promise((resolve) => {
      this.#onIdle = resolve;
      this.#postNext();
    });
  }

  #postNext(): void {
    if (this.#underWay.length > 0) return;
    this.#underWay = this.#waiting.splice(0, largestBatch);
    if (this.#underWay.length === 0) this.#onIdle?.();
    else this.#tryPost(this.#underWay);
  }

  #tryPost(batch: readonly PendingCall[]): void {
    try {
      this.#post(batch.map(({ call }) => call));
    } catch (error) {
      for (const { reject } of batch) reject(asEmailError(error));
      this.receive([]);
    }
  }

  #answer(pending: PendingCall | undefined, reply: StoreReply): void {
    if ('failure' in reply) {
      const failure = rebuildFailure(reply.failure);
      this.health.failed(failure);
      pending?.reject(failure);
    } else pending?.resolve(reply.value);
  }
}
