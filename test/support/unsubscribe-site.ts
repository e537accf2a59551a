/** The public pages of one app on a server of their own, over a list in memory. */
import { randomUUID } from 'node:crypto';
import { type PublicEndpoint, publicEndpoint } from '../../nodes/glue/public-endpoint.ts';
import { systemClock } from '../../nodes/lib/kernel/clock.ts';
import { PendingConfirmations } from '../../nodes/lib/resubscribe/pending-confirmations.ts';
import { openResubscription } from '../../nodes/lib/resubscribe/resubscription.ts';
import type { UnsubscribeSettings } from '../../nodes/lib/settings/app-settings.ts';
import { answerUnsubscribe, type UnsubscribeRooms } from '../../nodes/lib/unsubscribe/answer-unsubscribe.ts';
import { openPublicListener } from '../../nodes/lib/unsubscribe/public-listener.ts';
import type { TokenClaims } from '../../nodes/lib/unsubscribe/unsubscribe-token.ts';
import { unsubscribeUrl } from '../../nodes/lib/unsubscribe/unsubscribe-url.ts';
import { memoryOutbox } from './memory-outbox.ts';
import { sampleSettings } from './sample-settings.ts';
import { linkIn } from './unsubscribe-app.ts';
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
  /** The link of the last confirmation mail, on this site; only where the app can send one. */
  confirmUrl(): string;
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

export interface SiteOptions {
  readonly serve?: Serve;
  /** The app can send a confirmation mail, so its pages offer one. */
  readonly canSend?: boolean;
}

export async function openUnsubscribeSite(
  settings: Partial<UnsubscribeSettings> = {},
  { serve = onOwnListener, canSend = false }: SiteOptions = {},
): Promise<UnsubscribeSite> {
  const { rooms, token, list } = unsubscribeRooms({ settings, clock: systemClock });
  const endpoint = publicEndpoint();
  const mails: string[] = [];
  const served = canSend ? withConfirmations(rooms, (text) => mails.push(text)) : rooms;
  endpoint.serve(rooms.appId, {
    trustedProxies: rooms.settings.trustedProxies,
    answer: (facts) => answerUnsubscribe(facts, served),
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
    confirmUrl: () => linkIn(mails.at(-1)).replace(mailedBaseUrl, baseUrl),
    close,
  };
}

const mailedBaseUrl = 'https://nodered.example.com';

/** The same rooms of an app that can send; its confirmation mails are only looked at. */
function withConfirmations(rooms: UnsubscribeRooms, onMail: (text: string) => void): UnsubscribeRooms {
  const { keys, clock } = rooms;
  const outbox = memoryOutbox();
  const pending = new PendingConfirmations({ notes: outbox, keys });
  const list = pending.guard(rooms.list);
  const resubscription = openResubscription({
    settings: sampleSettings({ baseUrl: mailedBaseUrl }),
    outbox: {
      accept(request) {
        onMail(request.content.text ?? '');
        return outbox.accept(request);
      },
    },
    list,
    keys,
    clock,
    newId: randomUUID,
    pending,
    onAccepted: () => {},
  });
  return { ...rooms, list, resubscription };
}
