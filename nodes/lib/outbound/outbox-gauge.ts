/** What the outbox holds, counted at most once a second. */
import { Gauge } from '../kernel/gauge.ts';
import type { Outbox, OutboxCounts } from './outbox.ts';

export class OutboxGauge extends Gauge<OutboxCounts> {
  constructor(outbox: Pick<Outbox, 'counts'>) {
    super((now) => outbox.counts(now), { waiting: 0, scheduled: 0, sending: 0, unknown: 0 });
  }

  /** When the next mail becomes due, by the last counts. */
  get nextDueAt(): number | undefined {
    const { waiting, nextDueAt } = this.counts;
    // due and yet not claimed: some wait for a paused domain, whose end only the store knows
    return waiting > 0 ? (nextDueAt ?? Number.POSITIVE_INFINITY) : nextDueAt;
  }
}
