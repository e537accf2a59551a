/** Claimed webhooks come in, a few more than can be posted at once; tries go out, and what they come to is settled. */
import { asEmailError, EmailError } from '../kernel/errors.ts';
import { Gauge } from '../kernel/gauge.ts';
import { inTime } from '../kernel/in-time.ts';
import { type StateBoard, stateBoard } from '../kernel/state-board.ts';
import { Turns } from '../kernel/turns.ts';
import { PauseNote } from '../outbound/pause-note.ts';
import { SettlementQueue } from '../outbound/settlement-queue.ts';
import { steadyTurn } from '../outbound/steady-turn.ts';
import { judgeAnswer } from './judge-answer.ts';
import type { EndpointParts, EndpointState, WebhookEndpoint } from './open-endpoint.ts';
import { postWebhook } from './post-webhook.ts';
import { ReadyWebhooks } from './ready-webhooks.ts';
import type { WebhookAnswer } from './webhook-answer.ts';
import { disabledEvent, type SettledTry, toldOutcome, webhookResult } from './webhook-news.ts';
import type { DeadWebhook, NewWebhook, QueuedWebhook, WebhookCounts } from './webhook-queue.ts';
import { shownUrl } from './webhook-target.ts';

/** Claimed at most, posted or not: while they are posted, the next come from the disk and are settled together. */
const mostClaimed = 512;
/** Characters of those not begun, beside the last claim. */
const mostText = 4_000_000;
const stateInterval = 500;
/** ms: what a close may take. */
const closingTime = 3000;

/** open ⇄ disabled (the receiver answered 410) ──► closed */
export class EndpointConductor implements WebhookEndpoint {
  readonly #parts: EndpointParts;
  readonly #turns: Turns;
  readonly #gauge: Gauge<WebhookCounts>;
  /** Names the URL that wants no more: another one is not meant. */
  readonly #disabled: PauseNote;
  readonly #settlements: SettlementQueue<SettledTry, void>;
  readonly #states: StateBoard<EndpointState>;
  readonly #stopHearing: () => void;
  readonly #ready: ReadyWebhooks;
  readonly #sending = new Set<QueuedWebhook>();
  #lastFailure: string | undefined;
  #isClosed = false;
  #closing: Promise<void> | undefined;
  #onIdle = (): void => {};

  constructor(parts: EndpointParts) {
    const { settings, queue, notes, clock, random, onTrouble, onState } = parts;
    const { endpoint } = settings;
    this.#parts = parts;
    this.#ready = new ReadyWebhooks(settings, random);
    this.#turns = new Turns(
      clock,
      steadyTurn((now) => this.#advance(now), parts),
    );
    this.#gauge = new Gauge(() => queue.counts(endpoint), { waiting: 0, dead: 0 });
    this.#disabled = new PauseNote(notes, `webhook-disabled:${endpoint}`);
    this.#settlements = new SettlementQueue({
      outbox: {
        settle: (tries) =>
          queue.settle(
            endpoint,
            tries.map((tried) => toldOutcome(tried, settings)),
          ),
      },
      clock,
      random,
      onTrouble,
      onSettled: (_, tries) => this.#settled(tries),
    });
    this.#states = stateBoard(clock, stateInterval, () => this.state());
    this.#states.subscribe(onState);
    this.#stopHearing = queue.onArrival(endpoint, () => this.wake());
  }

  wake(): void {
    if (!this.#isClosed) this.#turns.wake();
  }

  accept(webhooks: readonly NewWebhook[]): Promise<void> {
    if (this.#isClosed) return Promise.reject(new EmailError('app-closed'));
    return this.#parts.queue.accept(webhooks);
  }

  state(): EndpointState {
    const { waiting, dead, oldestAt, nextDueAt } = this.#gauge.counts;
    const isDisabled = this.#isDisabled;
    return {
      waiting,
      dead,
      sending: this.#sending.size,
      oldestAt,
      nextAttemptAt: isDisabled ? undefined : nextDueAt,
      lastFailure: this.#lastFailure,
      isDisabled,
    };
  }

  async enable(): Promise<void> {
    await this.#disabled.clear();
    this.#ready.tryAll();
    this.#states.changed();
    this.#fill();
    this.wake();
  }

  redeliver(ids?: readonly string[]): Promise<number> {
    const { queue, settings, clock } = this.#parts;
    this.#ready.tryAll();
    return queue.redeliver(settings.endpoint, clock.now(), ids);
  }

  listDead(limit: number): Promise<readonly DeadWebhook[]> {
    return this.#parts.queue.listDead(this.#parts.settings.endpoint, limit);
  }

  deadBody(id: string): Promise<string | undefined> {
    return this.#parts.queue.deadBody(this.#parts.settings.endpoint, id);
  }

  async forgetDead(ids: readonly string[]): Promise<void> {
    await this.#parts.queue.forgetDead(this.#parts.settings.endpoint, ids);
    this.wake();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** Claims are given back, so that whoever opens the endpoint next gets them, too. */
  async #close(): Promise<void> {
    const { queue, settings, poster, clock, onClosed } = this.#parts;
    this.#isClosed = true;
    this.#stopHearing();
    this.#states.close();
    // the poster, too, lets those under way end
    const over = Promise.all([this.#drained(), poster.close().catch(() => {})]).then(() => {});
    await inTime(over, { clock, ms: closingTime }, () => {});
    const held = [...this.#ready.takeAll(), ...this.#sending];
    const unused = held.map(({ id }) => ({ id, kind: 'unused' }) as const);
    this.#sending.clear();
    // a store that is closed knows of no claims
    if (unused.length > 0) await queue.settle(settings.endpoint, unused).catch(() => {});
    onClosed();
  }

  async #drained(): Promise<void> {
    await this.#turns.close();
    if (this.#sending.size > 0) await new Promise<void>((resolve) => (this.#onIdle = resolve));
    await this.#settlements.drained();
  }

  get #isDisabled(): boolean {
    const { reason } = this.#disabled;
    return reason !== undefined && reason === this.#parts.settings.url;
  }

  /** Answers when the next turn is due. */
  async #advance(now: number): Promise<number | undefined> {
    const { queue, settings } = this.#parts;
    await this.#disabled.read(now);
    const room = this.#room;
    const claimed = room > 0 ? await queue.claim(settings.endpoint, room, now, this.#ready.claimTerms) : [];
    this.#ready.add(claimed);
    this.#fill();
    await this.#gauge.read(now);
    this.#states.changed();
    // what is due and was not claimed comes when there is room
    const isLeft = this.#isDisabled || claimed.length === room;
    return this.#gauge.sooner(isLeft ? undefined : this.#gauge.counts.nextDueAt);
  }

  /** None until half of it is free: a claim costs about the same whatever it brings. */
  get #room(): number {
    const room = mostClaimed - this.#ready.size - this.#sending.size;
    const isFull = room < mostClaimed / 2 || this.#ready.text > mostText;
    return this.#isDisabled || isFull ? 0 : room;
  }

  #fill(): void {
    if (this.#isDisabled || this.#isClosed) return;
    const { clock, settings } = this.#parts;
    const now = clock.now();
    const { begun, untried } = this.#ready.choose(settings.concurrency - this.#sending.size, now);
    for (const one of untried) this.#settlements.add({ ...one, at: now });
    for (const webhook of begun) {
      this.#sending.add(webhook);
      void postWebhook(webhook, this.#parts).then((answer) => this.#answered(webhook, answer, now));
    }
  }

  #answered(webhook: QueuedWebhook, answer: WebhookAnswer, startedAt: number): void {
    // closed before the answer came
    if (!this.#sending.delete(webhook)) return;
    const { clock, random, settings } = this.#parts;
    const at = clock.now();
    this.#ready.ended(webhook, answer, { startedAt, now: at });
    const url = webhook.target?.url ?? settings.url ?? '';
    const verdict = judgeAnswer(answer, webhook, { url, giveUpAfter: settings.giveUpAfter, now: at, random });
    this.#lastFailure = verdict.outcome.kind === 'delivered' ? undefined : verdict.why;
    if (verdict.disables) this.#disable(at);
    this.#settlements.add({ webhook, verdict, at });
    this.#fill();
    if (this.#room > 0) this.wake();
    if (this.#sending.size === 0) this.#onIdle();
  }

  #disable(at: number): void {
    const { settings, onTrouble, onEvent } = this.#parts;
    const { url } = settings;
    if (this.#isDisabled || url === undefined) return;
    this.#disabled.set(url).catch((thrown: unknown) => onTrouble(asEmailError(thrown)));
    onTrouble(new EmailError('webhook-disabled', { detail: { value: shownUrl(url) } }));
    onEvent(disabledEvent(settings, at));
  }

  #settled(tries: readonly SettledTry[]): void {
    for (const tried of tries) this.#tell(tried);
    this.wake();
  }

  /** A listener's mistake is its own: the others are told. */
  #tell(tried: SettledTry): void {
    const { settings, onSettled, onTrouble } = this.#parts;
    const { kind } = tried.verdict.outcome;
    if (kind !== 'delivered' && kind !== 'dead') return;
    try {
      onSettled(tried.webhook, webhookResult(tried, settings));
    } catch (thrown) {
      onTrouble(asEmailError(thrown));
    }
  }
}
