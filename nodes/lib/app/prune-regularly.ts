/** Keeps an app's store small: what is older than its settings say is deleted at the start and every hour. */
import type { Clock } from '../kernel/clock.ts';
import { asEmailError, type EmailError } from '../kernel/errors.ts';
import type { Outbox } from '../outbound/outbox.ts';
import type { AppSettings } from '../settings/app-settings.ts';
import type { SuppressionList } from '../suppression/suppression-list.ts';

const hour = 60 * 60 * 1000;
const day = 24 * hour;

export interface Pruning {
  readonly outbox: Pick<Outbox, 'prune'>;
  readonly suppressions: Pick<SuppressionList, 'prune'>;
  readonly clock: Clock;
  readonly settings: Pick<AppSettings, 'delivery' | 'unsubscribe'>;
  readonly onTrouble: (error: EmailError) => void;
}

/** The returned function ends it. */
export function pruneRegularly({ outbox, suppressions, clock, settings, onTrouble }: Pruning): () => void {
  const { delivery, unsubscribe } = settings;
  const tell = (thrown: unknown): void => {
    const error = asEmailError(thrown);
    // Closed in the middle: the next start prunes again.
    if (error.code !== 'app-closed') onTrouble(error);
  };
  let stop = (): void => {};
  const prune = (): void => {
    const now = clock.now();
    outbox.prune(now - delivery.keepDays * day, now - delivery.keyDays * day).catch(tell);
    suppressions.prune(now, now - unsubscribe.evidenceDays * day).catch(tell);
    stop = clock.after(hour, prune);
  };
  prune();
  return () => stop();
}
