/** How tries end comes in, by receiver; which webhooks may be begun, and when one that is down is tried again, goes out. */
import { Backoff, type BackoffLimits } from '../outbound/backoff.ts';
import type { WebhookAnswer } from './webhook-answer.ts';

/** ms */
const backoff: BackoffLimits = { first: 5_000, longest: 900_000 };
/** In a row, with no success between, or as many as may be under way: less may be the fault of single webhooks. */
const fewestFailures = 3;
/** Kept at most; what is forgotten begins anew. */
const mostGates = 10_000;

export interface GateTerms {
  readonly concurrency: number;
  /** Strangers name receivers of their own: none of them may take the places of all others. */
  readonly isShared: boolean;
  readonly random: () => number;
}

/** ms since the epoch */
export interface TryTimes {
  readonly startedAt: number;
  readonly now: number;
}

/** Why a receiver takes nothing now. */
export interface ReceiverFailure {
  readonly code: string;
  readonly why: string;
}

interface Gate {
  readonly backoff: Backoff;
  sending: number;
  failures: number;
  /** It took something since it was down, or became known. */
  isProven: boolean;
  last?: ReceiverFailure;
}

/** Each receiver: well ──failures in a row──► down ──a while──► one try at a time ──success──► well */
export class ReceiverGates {
  readonly #terms: GateTerms;
  readonly #mostFailures: number;
  /** Of one receiver, and of all that are not proven, together. */
  readonly #share: number;
  readonly #gates = new Map<string, Gate>();
  /** Under way to receivers that are not proven. */
  #unproven = 0;

  constructor(terms: GateTerms) {
    this.#terms = terms;
    this.#mostFailures = Math.max(fewestFailures, terms.concurrency);
    this.#share = terms.isShared ? Math.ceil(terms.concurrency / 2) : terms.concurrency;
  }

  /** Why nothing is begun now to a receiver that is down; undefined if it is not. */
  failureOf(key: string, now: number): ReceiverFailure | undefined {
    const { failures = 0, sending = 0, backoff, last } = this.#gates.get(key) ?? {};
    if (failures < this.#mostFailures || !backoff) return undefined;
    return sending > 0 || !backoff.mayTry(now) ? last : undefined;
  }

  /** ms since the epoch; may be past. */
  retryAt(key: string): number {
    return this.#gates.get(key)?.backoff.retryAt ?? Number.NEGATIVE_INFINITY;
  }

  isProven(key: string): boolean {
    return this.#gates.get(key)?.isProven ?? false;
  }

  /** Says whether it may, and counts it until it has `ended`. False also while others must come first. */
  begin(key: string): boolean {
    const { sending = 0, isProven = false } = this.#gates.get(key) ?? {};
    const isTried = isProven || (sending === 0 && this.#unproven < this.#share);
    if (sending >= this.#share || (this.#terms.isShared && !isTried)) return false;
    this.#change(key, (gate) => {
      gate.sending += 1;
    });
    return true;
  }

  ended(key: string, answer: WebhookAnswer, times: TryTimes): void {
    this.#change(key, (gate) => {
      gate.sending -= 1;
      // what it refuses it has looked at; and what cannot be posted says nothing of it
      const isFailure = answer.kind === 'later' && answer.code !== 'receiver-refused';
      if (isFailure) this.#failed(gate, answer, times);
      else if (answer.kind !== 'refused') this.#succeeded(gate);
    });
  }

  /** A person says that it is there again. */
  clear(): void {
    for (const gate of this.#gates.values()) Object.assign(gate, { failures: 0 });
  }

  #succeeded(gate: Gate): void {
    gate.backoff.succeeded();
    gate.failures = 0;
    gate.isProven = true;
  }

  #failed(
    gate: Gate,
    { code, why, retryAfter }: Extract<WebhookAnswer, { kind: 'later' }>,
    { startedAt, now }: TryTimes,
  ): void {
    // a newcomer that fails goes behind those that were not tried yet
    const isAtOnce = retryAfter !== undefined || (this.#terms.isShared && !gate.isProven);
    gate.last = { code, why };
    gate.failures = Math.max(gate.failures + 1, isAtOnce ? this.#mostFailures : 0);
    if (gate.failures < this.#mostFailures) return;
    gate.isProven = false;
    gate.backoff.failed(now, startedAt, retryAfter);
  }

  #change(key: string, change: (gate: Gate) => void): void {
    const gate = this.#gates.get(key) ?? this.#open(key);
    const before = gate.isProven ? 0 : gate.sending;
    change(gate);
    this.#unproven += (gate.isProven ? 0 : gate.sending) - before;
  }

  #open(key: string): Gate {
    const gate = {
      backoff: new Backoff(backoff, this.#terms.random),
      sending: 0,
      failures: 0,
      isProven: false,
    };
    this.#gates.set(key, gate);
    if (this.#gates.size > mostGates) this.#forgetOldest();
    return gate;
  }

  #forgetOldest(): void {
    for (const [key, { sending }] of this.#gates) {
      if (sending > 0) continue;
      this.#gates.delete(key);
      return;
    }
  }
}
