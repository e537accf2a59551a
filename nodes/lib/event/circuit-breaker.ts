/** Mails, bounces and complaints are counted by the hour; too many of them for the mails warn, then stop the marketing. */

import type { Clock } from '../kernel/clock.ts';
import { asEmailError, EmailError } from '../kernel/errors.ts';
import type { Notes } from '../kernel/notes.ts';
import { isPlainRecord } from '../kernel/plain-record.ts';
import type { BreakerSettings } from '../settings/event-settings.ts';

export interface BreakerOptions {
  readonly settings: BreakerSettings;
  /** The counts outlive a restart there. */
  readonly notes: Notes;
  readonly clock: Clock;
  /** Called for each crossing, not again before the share has been below. */
  readonly onWarning: (warning: EmailError) => void;
  /** Called at each count while it is too many: whoever has paused already does nothing. */
  readonly onTrip: (rates: Rates, why: string) => void;
  readonly onTrouble: (error: EmailError) => void;
}

export interface Rates {
  readonly mails: number;
  /** Shares of the mails, 0 to 1. */
  readonly bounces: number;
  readonly complaints: number;
}

export interface Counts {
  readonly mails?: number;
  readonly bounces?: number;
  readonly complaints?: number;
}

export interface CircuitBreaker {
  count(more: Counts): void;
  rates(): Rates;
  /** A person said to go on: what was counted is forgotten, or the next bounce would stop it again. */
  reset(): void;
  /** Resolves when the counts are on disk. */
  close(): Promise<void>;
}

type Hour = Required<{ -readonly [Name in keyof Counts]: number }>;
type Kind = 'bounces' | 'complaints';

const hour = 3_600_000;
const note = 'breaker';
/** ms: what was counted since is lost in a crash. */
const savedEvery = 30_000;

/**
 * The thresholds of providers are for volumes. Among a hundred mails one complaint is three times too many as a share,
 * and says nothing: so many of a kind there must be whatever their share.
 */
const least: Readonly<Record<Kind, { readonly warn: number; readonly pause: number }>> = {
  bounces: { warn: 2, pause: 5 },
  complaints: { warn: 2, pause: 3 },
};

export function openCircuitBreaker(options: BreakerOptions): CircuitBreaker {
  return new RateBreaker(options);
}

class RateBreaker implements CircuitBreaker {
  readonly #options: BreakerOptions;
  readonly #hours = new Map<number, Hour>();
  readonly #warned = new Set<Kind>();
  readonly #loaded: Promise<void>;
  #callOff: (() => void) | undefined;
  #saving: Promise<void> = Promise.resolve();

  constructor(options: BreakerOptions) {
    this.#options = options;
    this.#loaded = this.#load().catch((thrown: unknown) => this.#complain(thrown));
  }

  count(more: Counts): void {
    this.#add(Math.floor(this.#options.clock.now() / hour), more);
    this.#judge();
    this.#callOff ??= this.#options.clock.after(savedEvery, () => this.#saveNow());
  }

  rates(): Rates {
    const { mails, bounces, complaints } = this.#sums();
    const all = Math.max(mails, 1);
    return { mails, bounces: bounces / all, complaints: complaints / all };
  }

  reset(): void {
    this.#hours.clear();
    this.#warned.clear();
    this.#saveNow();
  }

  async close(): Promise<void> {
    await this.#loaded;
    if (this.#callOff) this.#saveNow();
    await this.#saving;
  }

  #add(at: number, { mails = 0, bounces = 0, complaints = 0 }: Counts): void {
    const counted = this.#hours.get(at) ?? { mails: 0, bounces: 0, complaints: 0 };
    counted.mails += mails;
    counted.bounces += bounces;
    counted.complaints += complaints;
    this.#hours.set(at, counted);
  }

  #sums(): Hour {
    const { clock, settings } = this.#options;
    const oldest = Math.floor(clock.now() / hour) - settings.hours;
    for (const at of this.#hours.keys()) if (at <= oldest) this.#hours.delete(at);
    const all = [...this.#hours.values()];
    const sum = (kind: keyof Hour) => all.reduce((total, one) => total + one[kind], 0);
    return { mails: sum('mails'), bounces: sum('bounces'), complaints: sum('complaints') };
  }

  #judge(): void {
    const { settings, onTrip } = this.#options;
    const [rates, sums] = [this.rates(), this.#sums()];
    if (rates.mails < settings.leastMails) return;
    for (const kind of ['bounces', 'complaints'] as const) {
      const reaches = (level: 'warn' | 'pause') =>
        rates[kind] >= settings[level][kind] && sums[kind] >= least[kind][level];
      const isOver = reaches('warn');
      if (!isOver) this.#warned.delete(kind);
      if (reaches('pause')) onTrip(rates, this.#why(kind, rates));
      else if (isOver) this.#warn(kind, rates);
    }
  }

  #warn(kind: Kind, rates: Rates): void {
    if (this.#warned.has(kind)) return;
    this.#warned.add(kind);
    this.#options.onWarning(new EmailError('reputation-low', { detail: { why: this.#why(kind, rates) } }));
  }

  #why(kind: Kind, rates: Rates): string {
    const share = (rates[kind] * 100).toFixed(kind === 'bounces' ? 1 : 2);
    return `${share} % ${kind} among ${rates.mails} mails within ${this.#options.settings.hours} hours`;
  }

  async #load(): Promise<void> {
    const text = await this.#options.notes.readNote(note);
    const root: unknown = JSON.parse(text ?? '{}');
    for (const [at, counts] of Object.entries(isPlainRecord(root) ? root : {}))
      if (isPlainRecord(counts)) this.#add(Number(at), counts as Counts);
  }

  #saveNow(): void {
    this.#callOff?.();
    this.#callOff = undefined;
    const save = async () => {
      await this.#loaded;
      await this.#options.notes.writeNote(note, JSON.stringify(Object.fromEntries(this.#hours)));
    };
    this.#saving = this.#saving.then(save).catch((thrown: unknown) => this.#complain(thrown));
  }

  /** Closed in the middle: what was counted last is lost. */
  #complain(thrown: unknown): void {
    const error = asEmailError(thrown);
    if (error.code !== 'app-closed') this.#options.onTrouble(error);
  }
}
