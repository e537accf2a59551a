import type { Node, NodeAPI, NodeMessageInFlow } from 'node-red';
import type { EmailApp } from '../lib/app/email-app.ts';
import { asEmailError } from '../lib/kernel/errors.ts';
import { mailingFrom } from '../lib/outbound/mailings.ts';
import { messageFromSnapshot } from '../lib/outbound/message-snapshot.ts';
import type { PartRecord } from '../lib/outbound/outbox.ts';
import { delivered } from './delivered.ts';
import type { Send } from './on-input.ts';
import { resultMessage } from './result-message.ts';
import { type AwaitedOrder, type WaitingInput, waitingInputs } from './waiting-inputs.ts';

const resumedAtOnce = 100;
const repeatedAtOnce = 500;

/** Hands the results of a node's requests to the flow: to the waiting input, or rebuilt from the store. */
export class FlowResults {
  readonly #RED: NodeAPI;
  readonly #node: Node;
  readonly #app: EmailApp;
  readonly #waiting = waitingInputs();
  /** Handed to the flow, and being marked so in the store. */
  readonly #handed = new Set<string>();
  #leaving: string[] = [];
  #marking: Promise<boolean> | undefined;
  #isClosed = false;
  readonly #unsubscribe: readonly (() => void)[];
  #resuming: Promise<unknown> = Promise.resolve();
  #resumeAsked = false;

  constructor(RED: NodeAPI, node: Node, app: EmailApp) {
    this.#RED = RED;
    this.#node = node;
    this.#app = app;
    this.#unsubscribe = [
      app.onResult((record) => this.#receive(record)),
      app.onTakeover(() => this.#resume()),
    ];
    this.#resume();
  }

  /** To be called before the request is sent, so that no result comes too early; resolves after the last result. */
  expect(order: AwaitedOrder, message: NodeMessageInFlow, send: Send): Promise<void> {
    return this.#waiting.add(order, message, send);
  }

  /** The request was not accepted. */
  forget(requestId: string): void {
    this.#waiting.remove(requestId);
  }

  /** The request was known already: what is settled is handed over now, the rest when it comes. */
  async repeat(requestId: string, first: string): Promise<void> {
    const inputs = this.#waiting.move(requestId, first);
    for (let from = 0; ; ) {
      const records = await this.#app.partsOf(first, from, repeatedAtOnce);
      for (const record of records) {
        if (record.settledAt === undefined) continue;
        for (const input of inputs) this.#hand(record, input);
      }
      const last = records.at(-1);
      if (!last || records.length < repeatedAtOnce) return;
      from = last.index + 1;
    }
  }

  /** Every waiting input is done; later results come as resumed ones. */
  close(): void {
    this.#isClosed = true;
    for (const end of this.#unsubscribe) end();
    this.#waiting.finishAll();
  }

  /** The inputs may wait for a request of another node, if they had the same idempotency key. */
  #receive(record: PartRecord): void {
    const inputs = this.#waiting.of(record.requestId);
    for (const input of inputs) this.#hand(record, input);
    if (!record.reports || record.node !== this.#node.id) return;
    if (inputs.length > 0) void this.#markReported([record.id]);
    else this.#resume();
  }

  #hand(record: PartRecord, input: WaitingInput): void {
    if (input.had.has(record.index)) return;
    const message = this.#messageFor(input, record);
    const isRepeated = input.requestId !== record.requestId;
    const email = { ...this.#app.resultOf(record), ...(isRepeated && { repeated: true as const }) };
    input.send(resultMessage(message, record, email, input.requestId));
    this.#waiting.note(input, record);
  }

  /** The results of a mailing have what a restart would leave of the message: a copy of its list for each would be endless. */
  #messageFor({ message, snapshot, had }: WaitingInput, { count }: PartRecord): NodeMessageInFlow {
    if (count > mailingFrom) return messageFromSnapshot(snapshot) as NodeMessageInFlow;
    return had.count === count - 1 ? message : this.#copy(message);
  }

  /** A message nested too deep to be copied is shared below its properties rather than lost with its result. */
  #copy(message: NodeMessageInFlow): NodeMessageInFlow {
    try {
      return this.#RED.util.cloneMessage(message);
    } catch {
      return { ...message };
    }
  }

  /** One at a time; what settles while the store is being asked is asked for once more. */
  #resume(): void {
    if (this.#resumeAsked) return;
    this.#resumeAsked = true;
    this.#resuming = this.#resuming.then(() => this.#handMissed()).catch(this.#complain);
  }

  async #handMissed(): Promise<void> {
    this.#resumeAsked = false;
    const found = await this.#app.unreported(this.#node.id, resumedAtOnce);
    const missed = found.filter(({ record }) => this.#isMissed(record));
    for (const { record, message } of missed) {
      const rebuilt = messageFromSnapshot(message) as NodeMessageInFlow;
      this.#node.send(resultMessage(rebuilt, record, { ...this.#app.resultOf(record), resumed: true }));
    }
    // a store that does not take the marks would give the same ones for ever
    const marked = await this.#markReported(missed.map(({ record }) => record.id));
    if (marked && missed.length === resumedAtOnce) await this.#handMissed();
  }

  #isMissed({ id, requestId }: PartRecord): boolean {
    return !this.#handed.has(id) && this.#waiting.of(requestId).length === 0;
  }

  /** All that was handed over in one moment is marked with one call; false if it was not. */
  #markReported(partIds: readonly string[]): Promise<boolean> {
    for (const id of partIds) this.#handed.add(id);
    this.#leaving.push(...partIds);
    this.#marking ??= this.#markDelivered();
    return this.#marking;
  }

  async #markDelivered(): Promise<boolean> {
    await delivered();
    const partIds = this.#leaving;
    this.#leaving = [];
    this.#marking = undefined;
    if (this.#isClosed) return false;
    const marked = await this.#app.markReported(partIds).then(() => true, this.#complain);
    for (const id of partIds) this.#handed.delete(id);
    return marked;
  }

  readonly #complain = (thrown: unknown): false => {
    this.#node.error(asEmailError(thrown).message);
    return false;
  };
}
