/** A received mail comes in; whether it asks to be left alone goes out, and if it is believed, that is on the list. */
import { EmailError } from '../kernel/errors.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import { automaticReplyBar } from '../request/automatic-reply-bar.ts';
import { receivedHeaders } from '../request/received-headers.ts';
import { matchRules, type Rules } from '../rule/match-rules.ts';
import type { NewSuppression, SuppressionList } from '../suppression/suppression-list.ts';
import { type Authentication, authenticationOf, oneSender } from './mail-authentication.ts';
import { isRequestSubject, isSentTo, requestWords } from './request-words.ts';
import { openToken, type TokenClaims } from './unsubscribe-token.ts';

export interface RequestRooms {
  readonly appId: string;
  /** Mail to this address asks to leave, whatever it says. */
  readonly mailto?: string;
  readonly keys: KeyRing;
  readonly suppressions: Pick<SuppressionList, 'add'>;
  /** A mail that matches one of them asks to leave. */
  readonly rules: Rules;
  readonly now: number;
}

export interface RequestOutcome {
  readonly kind: 'recorded' | 'not-a-request' | 'needs-confirmation';
  readonly detail: RequestDetail;
}

/** For `msg.email.unsubscribe`. */
export interface RequestDetail {
  /** Who is to be left alone; missing when the sender cannot be read. */
  readonly address?: string;
  readonly listTopic?: string;
  /** What made the mail a request. */
  readonly by?: 'token' | 'mailto' | 'subject' | 'kind' | 'rule';
  readonly authenticatedBy?: 'token' | Authentication;
  /** Of the mail that led to the request. */
  readonly emailId?: string;
  /** False if the address was on the list already. */
  readonly added?: boolean;
  /** Why nothing was recorded. */
  readonly reason?: string;
}

interface InboundMail extends Readonly<Record<string, unknown>> {
  readonly kind: unknown;
}

/**
 * The token of a List-Unsubscribe header, in the recipient's local part (`unsub+TOKEN@…`) or in the subject, is proof
 * by itself. Without one the mail must have passed DMARC, or DKIM for the domain it comes from: a From address can be
 * forged by anyone who wants somebody else to get no more mail. Bounces, automatic answers and loops are no requests.
 * Throws EmailError `no-received-mail`, and what keeps the list from being written.
 */
export async function processRequest(
  message: Record<string, unknown>,
  rooms: RequestRooms,
): Promise<RequestOutcome> {
  const mail = readInboundMail(message.email);
  const bar = automaticMark(mail);
  if (bar) return { kind: 'not-a-request', detail: { reason: bar } };
  const claims = findClaims(mail, rooms);
  if (claims) {
    const { address, listTopic, emailId } = claims;
    return record({ by: 'token', authenticatedBy: 'token', address, listTopic, emailId }, rooms);
  }
  const by = requestMark(mail, message, rooms);
  if (!by) return { kind: 'not-a-request', detail: { reason: 'nothing in it asks to unsubscribe' } };
  const address = oneSender(mail.from);
  const authenticatedBy = address && authenticationOf(mail.auth, address);
  if (authenticatedBy) return record({ by, authenticatedBy, address }, rooms);
  const reason = address ? 'its sender is not authenticated' : 'it does not come from one address';
  return { kind: 'needs-confirmation', detail: { by, address, reason } };
}

function readInboundMail(email: unknown): InboundMail {
  // What `send-email` reports is msg.email too, but has no kind.
  if (typeof email === 'object' && email !== null && Object.hasOwn(email, 'kind'))
    return email as InboundMail;
  throw new EmailError('no-received-mail', { field: 'email' });
}

const personalKinds: readonly unknown[] = ['mail', 'reply', 'unsubscribe'];
/** These say that nobody should answer, not that nobody wrote. */
const unrelated = /^(list-.*|x-auto-response-suppress)$/;

function automaticMark({ kind, headers }: InboundMail): string | undefined {
  if (!personalKinds.includes(kind)) return 'it was not written by a person';
  const known = [...(receivedHeaders(headers) ?? [])].filter(([name]) => !unrelated.test(name));
  return automaticReplyBar(new Map(known), []);
}

function findClaims(
  { to, cc, subject }: InboundMail,
  { keys, appId }: RequestRooms,
): TokenClaims | undefined {
  for (const word of requestWords([...addressTexts(to), ...addressTexts(cc)], subject)) {
    const claims = openToken(word, keys, appId);
    if (claims) return claims;
  }
  return undefined;
}

function requestMark(
  { to, cc, subject, kind }: InboundMail,
  message: Record<string, unknown>,
  { mailto, rules }: RequestRooms,
): RequestDetail['by'] {
  const addresses = [...addressTexts(to), ...addressTexts(cc)];
  if (mailto !== undefined && addresses.some((address) => isSentTo(mailto, address))) return 'mailto';
  if (isRequestSubject(subject)) return 'subject';
  if (kind === 'unsubscribe') return 'kind';
  return matchRules(rules, message).length > 0 ? 'rule' : undefined;
}

const mostRecipients = 100;
const longestAddress = 1000;

/** A tag can make an address longer than is valid, so it is taken as it stands. */
function addressTexts(value: unknown): string[] {
  return [value]
    .flat()
    .slice(0, mostRecipients)
    .flatMap((one: unknown) => {
      const address: unknown =
        typeof one === 'object' && one !== null && 'address' in one ? one.address : one;
      return typeof address === 'string'
        ? address
            .slice(0, longestAddress)
            .replace(/^.*<|>.*$/g, '')
            .trim()
        : [];
    });
}

/** The Message-ID of the request is not kept: it is the asker's, and the details of an entry have no end. */
async function record(
  detail: RequestDetail & { address: string },
  { suppressions, now }: RequestRooms,
): Promise<RequestOutcome> {
  const { address, listTopic, emailId, authenticatedBy, by } = detail;
  const entry: NewSuppression = {
    address,
    listTopic,
    cause: 'unsubscribe',
    method: 'mailto',
    at: now,
    emailId,
    detail: `by ${by}, proven by ${authenticatedBy}`,
  };
  const added = await suppressions.add([entry]);
  return { kind: 'recorded', detail: { ...detail, added: added.length > 0 } };
}
