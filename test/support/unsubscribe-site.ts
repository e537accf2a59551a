/** The public pages of one app on a server of their own, over a list in memory. */
import { type PublicEndpoint, publicEndpoint } from '../../nodes/glue/public-endpoint.ts';
import { systemClock } from '../../nodes/lib/kernel/clock.ts';
import type { UnsubscribeSettings } from '../../nodes/lib/settings/app-settings.ts';
import { answerUnsubscribe } from '../../nodes/lib/unsubscribe/answer-unsubscribe.ts';
import { openPublicListener } from '../../nodes/lib/unsubscribe/public-listener.ts';
import type { TokenClaims } from '../../nodes/lib/unsubscribe/unsubscribe-token.ts';
import { unsubscribeUrl } from '../../nodes/lib/unsubscribe/unsubscribe-url.ts';
import { unsubscribeRooms } from './unsubscribe-rooms.ts';

export interface UnsubscribeSite {
  /** Where Node-RED's HTTP nodes, or the own listener, are served; without a slash at the end. */
  readonly baseUrl: string;
  readonly appId: string;
  token(claims?: Partial<TokenClaims>): string;
  /** The page of a mail to ann@example.com, with other claims if given. */
  url(claims?: Partial<TokenClaims>): string;
  /** Topics that the address has left; `*` for all mail. */
  left(address?: string): Promise<string[]>;
  close(): Promise<void>;
}

/** Puts the endpoint on a server. */
export type Serve = (endpoint: PublicEndpoint) => Promise<{ baseUrl: string; close(): Promise<void> }>;

export const onOwnListener: Serve = async (endpoint) => {
  const { port, close } = await openPublicListener(
    { address: '127.0.0.1', port: 0 },
    (request, response) => endpoint.handle(request, response, () => response.writeHead(404).end()),
    systemClock,
  );
  return { baseUrl: `http://127.0.0.1:${port}`, close };
};

export async function openUnsubscribeSite(
  settings: Partial<UnsubscribeSettings> = {},
  serve = onOwnListener,
): Promise<UnsubscribeSite> {
  const { rooms, token, list } = unsubscribeRooms({ settings, clock: systemClock });
  const endpoint = publicEndpoint();
  endpoint.serve(rooms.appId, {
    trustedProxies: rooms.settings.trustedProxies,
    answer: (facts) => answerUnsubscribe(facts, rooms),
  });
  const { baseUrl, close } = await serve(endpoint);
  return {
    baseUrl,
    appId: rooms.appId,
    token,
    url: (claims) => unsubscribeUrl(baseUrl, rooms.appId, token(claims)),
    async left(address = 'ann@example.com') {
      const held = await list.find([address], Date.now());
      return (held.get(address) ?? []).map(({ listTopic = '*' }) => listTopic);
    },
    close,
  };
}
