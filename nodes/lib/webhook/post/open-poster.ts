/** Webhooks come in and are posted over kept connections to checked addresses; what each try came to goes out. */
import { lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import type { Clock } from '../../kernel/clock.ts';
import { inTime } from '../../kernel/in-time.ts';
import type { WebhookPoster } from '../webhook-answer.ts';
import type { WebhookSettings } from '../webhook-settings.ts';
import { closedBefore, timedOut } from './answer-of.ts';
import { guardedLookup } from './guarded-lookup.ts';
import { type LoadUndici, openPostAgent } from './post-agent.ts';
import { PostExchange } from './post-exchange.ts';
import { readReceiver } from './receiver.ts';

export type PosterSettings = Pick<
  WebhookSettings,
  'url' | 'allowedHosts' | 'tls' | 'proxy' | 'concurrency' | 'timeout'
>;

export interface PosterParts {
  readonly clock: Clock;
  /** The system's own unless given. */
  readonly lookup?: LookupFunction;
  /** Addresses that no name may stand for; those that are private or reserved unless given. */
  readonly isBlocked?: (address: string) => boolean;
  readonly loadUndici?: LoadUndici;
}

/** ms that answers may still take when it is closed */
const closingTime = 5_000;

/** Throws EmailError `missing-package` when undici is not installed, and `bad-settings` for a certificate that can't be used. */
export async function openPoster(settings: PosterSettings, parts: PosterParts): Promise<WebhookPoster> {
  const { clock, lookup: free = systemLookup as LookupFunction, isBlocked, loadUndici } = parts;
  const guarded = guardedLookup(free, isBlocked);
  const agent = await openPostAgent(settings, { free, guarded }, loadUndici);
  const underWay = new Set<PostExchange>();
  return {
    async post(request) {
      const receiver = readReceiver(request.url, settings.allowedHosts);
      if ('code' in receiver) return { kind: 'refused', ...receiver };
      const exchange = openExchange(underWay, clock, settings.timeout);
      // a proxy looks the name up itself, after us
      const isUnknown = settings.proxy && !receiver.isAllowed && !isIP(receiver.hostname);
      const known = isUnknown ? lookUp(receiver.hostname, guarded) : Promise.resolve();
      known
        .then(() => exchange.isOver || agent.post(receiver, request, exchange))
        .catch((thrown: unknown) => exchange.fail(thrown));
      return exchange.answer;
    },
    close: () =>
      inTime(agent.close(), { clock, ms: closingTime }, () => {
        for (const exchange of underWay) exchange.giveUp(closedBefore);
      }),
  };
}

function openExchange(underWay: Set<PostExchange>, clock: Clock, timeout: number): PostExchange {
  const callOff = clock.after(timeout, () => exchange.giveUp(timedOut(timeout)));
  const exchange: PostExchange = new PostExchange(
    () => clock.now(),
    (over) => {
      callOff();
      underWay.delete(over);
    },
  );
  underWay.add(exchange);
  return exchange;
}

function lookUp(hostname: string, lookup: LookupFunction): Promise<void> {
  return new Promise((resolve, reject) => {
    lookup(hostname, { all: true }, (error) => (error ? reject(error) : resolve()));
  });
}
