/** Events come as they are logged; they are counted soon after, out of the way of those who log them. */
import type { EventLog } from '../event/event-log.ts';
import type { Clock } from '../kernel/clock.ts';
import { asEmailError, type EmailError } from '../kernel/errors.ts';
import type { EventTally, HourTally, Tally } from './event-tally.ts';

export interface TallyRooms {
  readonly events: Pick<EventLog, 'onAppended'>;
  readonly tally: Pick<EventTally, 'roll' | 'read' | 'totals'>;
  readonly clock: Clock;
  readonly onTrouble: (error: EmailError) => void;
}

/** ms */
const rolledEvery = 10_000;

export class TallyDesk {
  readonly #rooms: TallyRooms;
  readonly #stopHearing: () => void;
  /** Set while there is news to count. */
  #callOff: (() => void) | undefined;
  #rolling: Promise<void> = Promise.resolve();
  #isClosed = false;
  #isTroubled = false;

  constructor(rooms: TallyRooms) {
    this.#rooms = rooms;
    this.#stopHearing = rooms.events.onAppended(() => this.#rollLater());
    this.#rollLater();
  }

  /** Hours in which anything happened, up to now, in their order. Throws what the store throws. */
  async read(from: number): Promise<readonly HourTally[]> {
    await this.#rollNow();
    return this.#rooms.tally.read(from);
  }

  /** Since the store was made. Throws what the store throws. */
  async totals(): Promise<Tally> {
    await this.#rollNow();
    return this.#rooms.tally.totals();
  }

  /** What was not counted is counted after the next opening. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#stopHearing();
    this.#callOff?.();
    await this.#rolling.catch(() => {});
  }

  #rollLater(): void {
    if (this.#isClosed) return;
    this.#callOff ??= this.#rooms.clock.after(rolledEvery, () => this.#rollNow().catch(this.#complain));
  }

  #rollNow(): Promise<void> {
    if (!this.#callOff) return this.#rolling;
    this.#callOff();
    this.#callOff = undefined;
    this.#rolling = this.#rolling.catch(() => {}).then(() => this.#roll());
    return this.#rolling;
  }

  async #roll(): Promise<void> {
    try {
      await this.#rooms.tally.roll();
      this.#isTroubled = false;
    } catch (thrown) {
      this.#rollLater();
      throw thrown;
    }
  }

  /** Once, until it goes well again. */
  readonly #complain = (thrown: unknown): void => {
    const error = asEmailError(thrown);
    if (!this.#isTroubled && error.code !== 'app-closed') this.#rooms.onTrouble(error);
    this.#isTroubled = true;
  };
}
