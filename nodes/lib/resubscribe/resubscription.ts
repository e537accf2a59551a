/** The conductor of getting mail again: a wish goes out as a mail to its address, and the link in it ends the unsubscribing. */
import type { Clock } from '../kernel/clock.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import type { Mailbox } from '../mail/mailbox.ts';
import type { Outbox } from '../outbound/outbox.ts';
import type { AppSettings } from '../settings/app-settings.ts';
import type { Evidence, Suppression, SuppressionList } from '../suppression/suppression-list.ts';
import { holdReason, isOwnWish } from '../suppression/suppression-policy.ts';
import type { PageTexts } from '../unsubscribe/page-texts.ts';
import { unsubscribeUrl } from '../unsubscribe/unsubscribe-url.ts';
import { confirmationMail } from './confirmation-mail.ts';
import { type ConfirmationClaims, mostTopics, sealConfirmation } from './confirmation-token.ts';
import { confirmationLifetime, type PendingConfirmations } from './pending-confirmations.ts';

export interface AgainWish {
  readonly address: string;
  /** Undefined is all mail. */
  readonly topics: readonly (string | undefined)[];
  readonly texts: PageTexts;
}

export interface Resubscription {
  /**
   * Asks the address by mail, at most once a day, and only if nothing but their own unsubscribing holds its mail.
   * Never says whether it did. Rejects when the store fails.
   */
  ask(wish: AgainWish): Promise<void>;
  /** Ends the unsubscribing that the link names; false if it is too old or they have unsubscribed since. */
  confirm(claims: ConfirmationClaims, evidence: Evidence): Promise<boolean>;
}

export interface ResubscriptionRooms {
  readonly settings: AppSettings;
  readonly outbox: Pick<Outbox, 'accept'>;
  readonly list: Pick<SuppressionList, 'find' | 'remove'>;
  readonly keys: KeyRing;
  readonly clock: Pick<Clock, 'now'>;
  readonly newId: () => string;
  readonly pending: PendingConfirmations;
  /** A mail is waiting in the outbox. */
  readonly onAccepted: () => void;
}

/** Undefined for an app that cannot send such a mail: without a route, a sender of its own or an address for links. */
export function openResubscription(rooms: ResubscriptionRooms): Resubscription | undefined {
  const { baseUrl, route } = rooms.settings;
  const from = senderOf(rooms.settings);
  if (route.kind === 'none' || !from || baseUrl === undefined) return undefined;
  return {
    ask: (wish) => askByMail(wish, rooms, { from, baseUrl }),
    confirm: (claims, evidence) => confirmAgain(claims, evidence, rooms),
  };
}

function senderOf({ defaultSender, mailbox }: AppSettings): Mailbox | undefined {
  return defaultSender ?? (mailbox === undefined ? undefined : { address: mailbox });
}

async function askByMail(
  { address, topics: wanted, texts }: AgainWish,
  { settings, outbox, list, keys, clock, newId, pending, onAccepted }: ResubscriptionRooms,
  { from, baseUrl }: { from: Mailbox; baseUrl: string },
): Promise<void> {
  const { appId, unsubscribe } = settings;
  const now = clock.now();
  const entries = (await list.find([address], now)).get(address) ?? [];
  const topics = leftTopics(entries, wanted);
  if (topics.length === 0) return;
  const token = sealConfirmation({ appId, address, topics, issuedAt: now }, keys);
  const url = unsubscribeUrl(baseUrl, appId, token);
  const { organisation } = unsubscribe.page;
  const emailId = newId();
  const mail = confirmationMail({ from, to: address, url, organisation, texts, emailId, now }, newId);
  await pending.begin(address, { issuedAt: now, emailId }, () => outbox.accept(mail));
  onAccepted();
}

/**
 * What the wanted mail is held by: having left all mail holds each list too, and whoever wants all mail, and never left
 * it, wants the lists that they left. None when anything else holds every mail.
 */
function leftTopics(entries: readonly Suppression[], wanted: AgainWish['topics']): AgainWish['topics'] {
  const others = entries.filter((entry) => !isOwnWish(entry));
  if (holdReason(others, { messageClass: 'transactional', sendAnyway: false })) return [];
  const left = entries.filter(isOwnWish).map(({ listTopic }) => listTopic);
  const wantsAll = wanted.includes(undefined) && !left.includes(undefined);
  const asked = left.filter((topic) => wantsAll || topic === undefined || wanted.includes(topic));
  return asked.slice(0, mostTopics);
}

function confirmAgain(
  { address, topics, issuedAt }: ConfirmationClaims,
  evidence: Evidence,
  { list, clock, pending }: ResubscriptionRooms,
): Promise<boolean> {
  const now = clock.now();
  if (now - issuedAt >= confirmationLifetime) return Promise.resolve(false);
  return pending.fulfil(address, issuedAt, async () => {
    const entries = (await list.find([address], now)).get(address) ?? [];
    const left = entries.filter((entry) => isOwnWish(entry) && topics.includes(entry.listTopic));
    if (left.some(({ at }) => at > issuedAt)) return false;
    for (const { listTopic, cause } of left) {
      await list.remove({ address, listTopic, cause, method: 'page', at: now, evidence });
    }
    return true;
  });
}
