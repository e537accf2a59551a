/** Conductor of the endpoint that SNS posts to: a POST comes in; what it holds is on disk when 200 goes out. */

import type { Clock } from '../../kernel/clock.ts';
import { asEmailError, EmailError } from '../../kernel/errors.ts';
import { inTime } from '../../kernel/in-time.ts';
import type { HttpAnswer } from '../../unsubscribe/http-exchange.ts';
import type { NoticeBox, NoticeKind } from '../ses/notice-box.ts';
import { sortNotice } from '../ses/sort-notice.ts';
import type { SigningCertificates } from './signing-certificates.ts';
import { longestSnsBody, readSnsMessage, type SnsMessage, snsRefused } from './sns-message.ts';
import { verifySnsMessage } from './verify-sns-message.ts';

export interface SnsExchange {
  /** Upper case. */
  readonly method: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** What was sent, or a little more than `longestSnsBody` of it. */
  readonly body: Uint8Array;
}

export interface SnsRooms {
  /** ARNs; looked at before anything else is done with a message. */
  readonly topics: readonly string[];
  /** Kinds that the app asks for; others are of no use to it. */
  readonly kinds: readonly NoticeKind[];
  readonly box: Pick<NoticeBox, 'accept'>;
  readonly certificates: SigningCertificates;
  /** The API's ConfirmSubscription. Throws EmailError. */
  readonly confirm: (subscription: { readonly topicArn: string; readonly token: string }) => Promise<void>;
  readonly clock: Clock;
  readonly onTrouble: (error: EmailError) => void;
  /** Messages of any age are taken: a dead-letter queue is told again. */
  readonly anyAge?: boolean;
}

/** ms: SNS waits 15 s. */
const patience = 12_000;
/** ms: SNS tries again for an hour at most, and clocks differ. */
const longestAge = 3_600_000 + 300_000;
const clockSkew = 300_000;

/** Never rejects. 4xx: SNS gives the message up; 5xx: it tries again. */
export async function answerSns(exchange: SnsExchange, rooms: SnsRooms): Promise<HttpAnswer> {
  if (exchange.method !== 'POST') return { ...answer(405), headers: { ...plain, allow: 'POST' } };
  if (exchange.body.length > longestSnsBody)
    return { ...answer(413), headers: { ...plain, connection: 'close' } };
  try {
    await inTime(takeMessage(exchange, rooms), { clock: rooms.clock, ms: patience }, tooLate);
    return answer(200);
  } catch (thrown) {
    const failure = asEmailError(thrown);
    rooms.onTrouble(failure);
    return answer(failure.code === 'sns-refused' && !failure.retryable ? 403 : 500);
  }
}

const plain = { 'cache-control': 'no-store', 'content-type': 'text/plain; charset=utf-8' };

function answer(status: number): HttpAnswer {
  return { status, headers: plain, body: '' };
}

async function takeMessage({ headers, body }: SnsExchange, rooms: SnsRooms): Promise<void> {
  if (headers['x-amz-sns-rawdelivery'] === 'true')
    throw snsRefused('it has no signature; switch raw message delivery off in the subscription');
  const message = readSnsMessage(Buffer.from(body).toString());
  requirePinned(message, headers, rooms);
  await verifySnsMessage(message, rooms.certificates);
  if (message.Type === 'SubscriptionConfirmation')
    return rooms.confirm({ topicArn: message.TopicArn, token: message.Token });
  if (message.Type === 'UnsubscribeConfirmation')
    return rooms.onTrouble(new EmailError('sns-unsubscribed', { detail: { value: message.TopicArn } }));
  const { MessageId: id, Message: text } = message;
  const kind = sortNotice(text);
  if (kind === undefined || !rooms.kinds.includes(kind)) return;
  await rooms.box.accept([{ id, kind, body: text, arrivedAt: rooms.clock.now() }]);
}

function requirePinned(
  { TopicArn, Type, at }: SnsMessage,
  headers: SnsExchange['headers'],
  { topics, clock, anyAge = false }: SnsRooms,
): void {
  if (!topics.includes(TopicArn)) throw snsRefused('its topic is not one of this app');
  const said = { 'x-amz-sns-topic-arn': TopicArn, 'x-amz-sns-message-type': Type };
  for (const [name, value] of Object.entries(said))
    if (headers[name] !== undefined && headers[name] !== value)
      throw snsRefused(`its header ${name} says otherwise`);
  const age = clock.now() - at;
  if (age < -clockSkew) throw snsRefused('it is from the future; is the clock of this machine right?');
  if (age > longestAge && !anyAge)
    throw snsRefused('it is more than an hour old; is the clock of this machine right?');
}

/** SNS tells it again, and what was stored by then is known. */
function tooLate(): never {
  throw new EmailError('store-unavailable', {
    detail: { value: 'the app', why: 'it took longer than SNS waits' },
    retryable: true,
  });
}
