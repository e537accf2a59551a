/** Keeps an app's store small: what is older than its settings say is deleted at the start and every hour. */
import type { Clock } from '../kernel/clock.ts';
import { asEmailError, type EmailError } from '../kernel/errors.ts';
import type { Outbox } from '../outbound/outbox.ts';
import type { DeliverySettings } from '../settings/app-settings.ts';

const hour = 60 * 60 * 1000;
const day = 24 * hour;

export interface Pruning {
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly delivery: DeliverySettings;
  readonly onTrouble: (error: EmailError) => void;
}

/** The returned function ends it. */
export function pruneRegularly({ outbox, clock, delivery, onTrouble }: Pruning): () => void {
  let stop = (): void => {};
  const prune = (): void => {
    const now = clock.now();
    outbox
      .prune(now - delivery.keepDays * day, now - delivery.keyDays * day)
      .catch((thrown) => onTrouble(asEmailError(thrown)));
    stop = clock.after(hour, prune);
  };
  prune();
  return () => stop();
}
