/** Conductor of `POST /email-app/<app id>/inbound`: a raw mail comes in; 202 goes out when it is on disk. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../kernel/clock.ts';
import { asEmailError, EmailError } from '../kernel/errors.ts';
import type { HttpReceiptSettings } from '../settings/inbound-settings.ts';
import type { HttpAnswer } from '../unsubscribe/http-exchange.ts';
import { requestLimits } from '../unsubscribe/request-limits.ts';
import type { InboundQueue } from './inbound-queue.ts';
import type { Source } from './mail-listener.ts';

export interface MailPost {
  /** Upper case. */
  readonly method: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Who posts. */
  readonly ip: string;
  /** Throws if it ends before it is whole. */
  readonly body: AsyncIterable<Uint8Array>;
}

export interface HttpReceipt extends Source {
  /** Never rejects. An answer before all of the body was read closes the connection. */
  answer(post: MailPost): Promise<HttpAnswer>;
}

export interface ReceiptRooms {
  readonly queue: Pick<InboundQueue, 'accept'>;
  /** Bytes */
  readonly maxMailBytes: number;
  readonly clock: Clock;
  readonly onTrouble: (error: EmailError) => void;
}

const types = ['message/rfc822', 'application/octet-stream'];
const keyForm = /^[\x21-\x7e]{1,200}$/;

export function openHttpReceipt({ secret }: HttpReceiptSettings, rooms: ReceiptRooms): HttpReceipt {
  const wrongSecrets = requestLimits(rooms.clock);
  let lastMailAt: number | undefined;
  return {
    state: () => ({ source: 'http', connected: true, lastMailAt }),
    close: async () => {},
    async answer(post) {
      if (post.method !== 'POST') return refusal(405, 'Use POST.', { allow: 'POST' });
      if (!isSecret(post.headers.authorization, secret))
        return wrongSecrets.refuses(post.ip) ? refusal(429, 'Too many requests.') : unauthorised;
      const answer = refusalOf(post, rooms.maxMailBytes) ?? (await takeMail(post, rooms));
      if (answer.status === 202) lastMailAt = rooms.clock.now();
      return answer;
    },
  };
}

/** Hashes have one length, so that the time it takes tells nothing. */
function isSecret(authorization: MailPost['headers'][string], secret: string): boolean {
  const [, given = ''] = /^Bearer +(\S+)$/i.exec(String(authorization ?? '').slice(0, 4096)) ?? [];
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(given), hash(secret));
}

function refusalOf({ headers }: MailPost, limit: number): HttpAnswer | undefined {
  const [type = ''] = String(headers['content-type'] ?? '').split(';', 1);
  if (!types.includes(type.trim().toLowerCase())) return refusal(415, 'Post the raw mail as message/rfc822.');
  if (Number(headers['content-length']) > limit) return tooLarge;
  const key = headers['idempotency-key'];
  if (key !== undefined && !keyForm.test(String(key)))
    return refusal(400, 'The Idempotency-Key has 1 to 200 printable characters.');
  return undefined;
}

async function takeMail({ headers, body }: MailPost, rooms: ReceiptRooms): Promise<HttpAnswer> {
  const { queue, maxMailBytes, clock, onTrouble } = rooms;
  const sourceKey = headers['idempotency-key']?.toString();
  const facts = { source: 'http', envelope: { to: [] }, receivedAt: clock.now(), sourceKey } as const;
  try {
    const { id } = await queue.accept(body, facts, maxMailBytes);
    return { status: 202, headers: json, body: `${JSON.stringify({ id })}\n` };
  } catch (thrown) {
    const error = asEmailError(thrown);
    if (error.code === 'mail-too-large') return tooLarge;
    if (error.code === 'idempotency-conflict') return conflict;
    if (thrown instanceof EmailError) onTrouble(error);
    return refusal(503, 'Please try again later.', { 'retry-after': '30' });
  }
}

const plain = { 'cache-control': 'no-store', 'content-type': 'text/plain; charset=utf-8' };
const json = { 'cache-control': 'no-store', 'content-type': 'application/json' };

function refusal(status: number, text: string, headers: Readonly<Record<string, string>> = {}): HttpAnswer {
  return { status, headers: { ...plain, connection: 'close', ...headers }, body: `${text}\n` };
}

const unauthorised = refusal(401, 'Wrong or missing secret.', { 'www-authenticate': 'Bearer' });
const conflict = refusal(409, 'This Idempotency-Key was used for another mail.');
const tooLarge = refusal(413, 'The mail is larger than this app takes.');
