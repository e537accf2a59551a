/** Which domains lately said that they do not believe our sender, and whether that is too many. Pure. */
import { EmailError } from '../kernel/errors.ts';

const hour = 3_600_000;
const tooMany = 3;

/**
 * One domain that refuses our SPF, DKIM or DMARC may have a problem of its own; three unrelated ones within an hour
 * mean that ours is broken, and every further mail makes our reputation worse.
 */
export class SenderStanding {
  readonly #saidAt = new Map<string, number>();

  /** Notes the domains that said so now; returns the reason to stop when there are too many. */
  note(domains: readonly string[], now: number): EmailError | undefined {
    if (domains.length === 0) return undefined;
    for (const domain of domains) this.#saidAt.set(ownerOf(domain), now);
    for (const [owner, at] of this.#saidAt) if (at <= now - hour) this.#saidAt.delete(owner);
    if (this.#saidAt.size < tooMany) return undefined;
    const owners = [...this.#saidAt.keys()].slice(0, tooMany).join(', ');
    this.#saidAt.clear();
    const why = `${owners} do not accept this sending domain’s SPF, DKIM or DMARC`;
    return new EmailError('app-paused', { detail: { why } });
  }
}

/** The last two labels: finer than that, sub-domains of one organisation would count as unrelated. */
function ownerOf(domain: string): string {
  return domain.split('.').slice(-2).join('.');
}
