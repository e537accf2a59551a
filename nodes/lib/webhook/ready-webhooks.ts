/** Claimed webhooks come in; those whose receivers may be tried go out, and what becomes of those that must wait. */
import { judgeUntried, type Verdict } from './judge-answer.ts';
import { ReceiverGates, type TryTimes } from './receiver-gates.ts';
import { receiverKey } from './receiver-key.ts';
import type { WebhookAnswer } from './webhook-answer.ts';
import type { ClaimTerms, QueuedWebhook } from './webhook-queue.ts';
import type { WebhookSettings } from './webhook-settings.ts';

/** More of them than that and the next could not be claimed. */
const mostKept = 256;
/** Of one receiver among many that are claimed for it alone, beside those that are posted at once. */
const fewClaimed = 8;
/** ms: others come first for so long. */
const shortHold = 1000;

export interface ChosenWebhooks {
  readonly begun: readonly QueuedWebhook[];
  /** Back to their place until their receiver is tried again, or given up. */
  readonly untried: readonly { readonly webhook: QueuedWebhook; readonly verdict: Verdict }[];
}

export class ReadyWebhooks {
  readonly #settings: WebhookSettings;
  readonly #gates: ReceiverGates;
  /** The next one last. */
  #waiting: QueuedWebhook[] = [];
  /** Characters. */
  #text = 0;

  constructor(settings: WebhookSettings, random: () => number) {
    const { concurrency, url } = settings;
    this.#settings = settings;
    this.#gates = new ReceiverGates({ concurrency, isShared: url === undefined, random });
  }

  get size(): number {
    return this.#waiting.length;
  }

  get text(): number {
    return this.#text;
  }

  /** All may be for the node's own URL; of those that others named, each gets its turn. */
  get claimTerms(): ClaimTerms | undefined {
    const { url, concurrency } = this.#settings;
    if (url !== undefined) return undefined;
    const each = Math.max(fewClaimed, concurrency);
    return { each, except: this.#crowded(each) };
  }

  add(claimed: readonly QueuedWebhook[]): void {
    this.#waiting = [...claimed.toReversed(), ...this.#waiting];
    for (const webhook of claimed) this.#text += textOf(webhook);
  }

  /** Begins `room` at most; each must come back through `ended`. */
  choose(room: number, now: number): ChosenWebhooks {
    const begun: QueuedWebhook[] = [];
    const left: QueuedWebhook[] = [];
    /** Receivers for which the first of theirs already waits. */
    const asked = new Set<string>();
    const untried: { webhook: QueuedWebhook; verdict: Verdict }[] = [];
    while (begun.length < room) {
      const webhook = this.#waiting.pop();
      if (!webhook) break;
      this.#text -= textOf(webhook);
      const key = receiverKey(webhook.target);
      const verdict = this.#ifDown(webhook, now) ?? this.#ifSurplus(webhook, now, asked);
      if (verdict) untried.push({ webhook, verdict });
      else if (this.#gates.begin(key)) begun.push(webhook);
      else {
        left.push(webhook);
        asked.add(key);
      }
    }
    this.#putBack(left.slice(0, mostKept));
    for (const webhook of left.slice(mostKept))
      untried.push({ webhook, verdict: heldBack(webhook, now + shortHold) });
    return { begun, untried };
  }

  ended({ target }: QueuedWebhook, answer: WebhookAnswer, times: TryTimes): void {
    this.#gates.ended(receiverKey(target), answer, times);
  }

  /** A person says that the receivers are there again. */
  tryAll(): void {
    this.#gates.clear();
  }

  takeAll(): readonly QueuedWebhook[] {
    const all = this.#waiting;
    this.#waiting = [];
    this.#text = 0;
    return all;
  }

  #ifDown(webhook: QueuedWebhook, now: number): Verdict | undefined {
    const { giveUpAfter, timeout } = this.#settings;
    const key = receiverKey(webhook.target);
    const failure = this.#gates.failureOf(key, now);
    if (!failure) return undefined;
    const retryAt = this.#gates.retryAt(key);
    // while it is being tried: as long as that may take
    const heldUntil = retryAt > now ? retryAt : now + timeout;
    return judgeUntried(webhook, { failure, heldUntil, giveUpAfter, now });
  }

  /** A receiver of which nothing is known has one place in the row, not more. */
  #ifSurplus(webhook: QueuedWebhook, now: number, asked: ReadonlySet<string>): Verdict | undefined {
    const key = receiverKey(webhook.target);
    const isSurplus = asked.has(key) && !this.#gates.isProven(key);
    return isSurplus ? heldBack(webhook, now + this.#settings.timeout) : undefined;
  }

  #putBack(left: readonly QueuedWebhook[]): void {
    this.#waiting.push(...left.toReversed());
    for (const webhook of left) this.#text += textOf(webhook);
  }

  #crowded(most: number): Set<string> {
    const counts = new Map<string, number>();
    for (const { target } of this.#waiting) {
      const key = receiverKey(target);
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    return new Set([...counts].filter(([, count]) => count >= most).map(([key]) => key));
  }
}

function heldBack({ id }: QueuedWebhook, heldUntil: number): Verdict {
  return { outcome: { id, kind: 'unused', heldUntil }, code: '', why: '', disables: false };
}

function textOf({ body, message = '' }: QueuedWebhook): number {
  return body.length + message.length;
}
