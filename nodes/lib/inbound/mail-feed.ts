/**
 * Received mails come from their queue, a few at a time; each is prepared beside the others and handed on in its turn.
 *
 * A mail that fails is put back and holds up those behind it for a moment, so that the order stays; after three tries it
 * is set aside. One that was begun before, perhaps by a process that it ended, is worked on alone: others must not be
 * counted with it.
 */
import type { Clock } from '../kernel/clock.ts';
import { asEmailError, EmailError } from '../kernel/errors.ts';
import type { InboundQueue, PutBack, QueuedMail } from './inbound-queue.ts';

/** A mail is done, or was only acted on and waits for a flow that wants it. */
export type HandedOn = 'done' | 'acted';

export interface Terms {
  readonly actOnly: boolean;
  /** It was begun before by a process that ended. */
  readonly redelivered: boolean;
}

export interface FeedParts<Prepared> {
  readonly queue: Pick<InboundQueue, 'begin' | 'done' | 'putBack' | 'setAside'>;
  readonly clock: Clock;
  /** Nobody listens: mails are acted on and stay where they are. */
  readonly actOnly: () => boolean;
  prepare(mail: QueuedMail): Promise<Prepared>;
  /** A retryable EmailError says nothing about the mail: it is tried again without end. */
  handOn(prepared: Prepared, mail: QueuedMail, terms: Terms): Promise<HandedOn>;
  readonly onSetAside: (mail: QueuedMail, why: EmailError) => void;
  readonly onTrouble: (error: EmailError) => void;
  /** Something was begun, or came to its end. */
  readonly onChange: () => void;
}

export const mostTries = 3;
const mostAtOnce = 4;
/** Raw bytes of the mails under way, beside the last one begun. */
const mostBytes = 8 * 1024 * 1024;
/** ms */
const afterFailure = 1000;
const afterTrouble = 10_000;

export class MailFeed<Prepared> {
  readonly #parts: FeedParts<Prepared>;
  readonly #underWay = new Set<QueuedMail>();
  /** Of mails that failed here; what was begun more often was begun by a process that ended. */
  readonly #failures = new Map<string, number>();
  #turn: Promise<void> = Promise.resolve();
  #filling: Promise<void> | undefined;
  #wokenAgain = false;
  /** Of the mails under way: those begun on other terms would overtake them. */
  #actOnly = false;
  #isHeldUp = false;
  #isClosed = false;
  #isTroubled = false;
  #callOff = (): void => {};

  constructor(parts: FeedParts<Prepared>) {
    this.#parts = parts;
  }

  /** There may be something to do. */
  wake(): void {
    if (this.#filling !== undefined) this.#wokenAgain = true;
    else if (!this.#isClosed && !this.#isHeldUp) this.#filling = this.#fill();
  }

  /** Begins nothing more; resolves when what is being handed on has come to its end. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#callOff();
    await this.#filling;
    await this.#turn;
  }

  async #fill(): Promise<void> {
    try {
      do this.#wokenAgain = false;
      while ((await this.#beginOne()) || this.#wokenAgain);
    } catch (thrown) {
      this.#holdUp(afterTrouble, asEmailError(thrown));
    } finally {
      this.#filling = undefined;
    }
  }

  async #beginOne(): Promise<boolean> {
    if (this.#isClosed || this.#isHeldUp || !this.#hasRoom()) return false;
    this.#actOnly = this.#parts.actOnly();
    const mail = await this.#parts.queue.begin(this.#actOnly);
    if (mail) this.#start(mail);
    return mail !== undefined;
  }

  #hasRoom(): boolean {
    const mails = [...this.#underWay];
    if (mails.length > 0 && this.#actOnly !== this.#parts.actOnly()) return false;
    const bytes = mails.reduce((sum, { size }) => sum + size, 0);
    return mails.length < mostAtOnce && bytes < mostBytes && !mails.some((mail) => this.#isSuspect(mail));
  }

  #start(mail: QueuedMail): void {
    this.#underWay.add(mail);
    this.#parts.onChange();
    const actOnly = this.#actOnly;
    const prepared = this.#isSuspect(mail) ? undefined : this.#parts.prepare(mail);
    prepared?.catch(() => {}); // it is told of in its turn
    this.#turn = this.#turn
      .then(() => this.#takeTurn(mail, actOnly, prepared))
      .catch((thrown: unknown) => this.#holdUp(afterTrouble, asEmailError(thrown)))
      .then(() => {
        this.#underWay.delete(mail);
        this.#parts.onChange();
        this.wake();
      });
  }

  async #takeTurn(mail: QueuedMail, actOnly: boolean, prepared?: Promise<Prepared>): Promise<void> {
    const { prepare, handOn } = this.#parts;
    if (this.#isClosed || this.#isHeldUp) return this.#putBack(mail, 'unused');
    if (mail.attempts >= mostTries) return this.#setAside(mail, endedInTheMiddle);
    let outcome: HandedOn;
    try {
      const terms = { actOnly, redelivered: this.#isSuspect(mail) };
      outcome = await handOn(await (prepared ?? prepare(mail)), mail, terms);
    } catch (thrown) {
      return this.#failed(mail, asEmailError(thrown));
    }
    this.#isTroubled = false;
    this.#failures.delete(mail.id);
    if (outcome === 'done') await this.#finish(mail.id);
    else await this.#putBack(mail, 'acted');
  }

  #isSuspect({ id, attempts }: QueuedMail): boolean {
    return attempts > (this.#failures.get(id) ?? 0);
  }

  async #failed(mail: QueuedMail, error: EmailError): Promise<void> {
    if (error.retryable) {
      this.#holdUp(afterTrouble, error);
      return this.#putBack(mail, 'unused');
    }
    if (mail.attempts + 1 >= mostTries) return this.#setAside(mail, error);
    this.#failures.set(mail.id, (this.#failures.get(mail.id) ?? 0) + 1);
    this.#holdUp(afterFailure * (mail.attempts + 1));
    return this.#putBack(mail, 'failed');
  }

  #putBack({ id }: QueuedMail, how: PutBack): Promise<void> {
    return this.#parts.queue.putBack(id, how, this.#parts.clock.now());
  }

  async #setAside(mail: QueuedMail, why: EmailError): Promise<void> {
    this.#failures.delete(mail.id);
    await this.#parts.queue.setAside(mail.id, why.message, this.#parts.clock.now());
    this.#parts.onSetAside(mail, why);
  }

  /** The flows have it: as long as this process lives they must not get it again, whatever the disk does. */
  async #finish(id: string): Promise<void> {
    const { queue, clock, onTrouble } = this.#parts;
    for (;;) {
      try {
        return await queue.done(id);
      } catch (thrown) {
        if (this.#isClosed) throw thrown;
        onTrouble(asEmailError(thrown));
      }
      await new Promise<void>((resolve) => clock.after(afterTrouble, resolve));
    }
  }

  /** Those already begun behind it are put back first. */
  #holdUp(delay: number, error?: EmailError): void {
    if (this.#isClosed) return;
    if (error && !this.#isTroubled) this.#parts.onTrouble(error);
    this.#isTroubled ||= error !== undefined;
    this.#isHeldUp = true;
    this.#callOff();
    this.#callOff = this.#parts.clock.after(delay, () => {
      this.#turn = this.#turn.then(() => {
        this.#isHeldUp = false;
        this.wake();
      });
    });
  }
}

const endedInTheMiddle = new EmailError('internal-error', {
  detail: { why: 'this program ended each time in the middle of it' },
});
