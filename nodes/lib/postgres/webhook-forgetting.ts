/** Whoever is erased comes in; all webhooks about them go, waiting or dead. What is behind them of their subject goes on. */
import type { Queries } from './database.ts';
import { ofPerson } from './suppression-person.ts';

const forget = `DELETE FROM email_app.webhook AS about WHERE ${ofPerson('about')}`;

/** `whose` are the values of `ofPerson`. */
export async function forgetWebhooks(tx: Queries, whose: readonly unknown[]): Promise<void> {
  await tx.query(forget, whose);
}
