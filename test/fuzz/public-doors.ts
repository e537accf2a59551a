/** What anybody on the network may say: unsubscribing, tokens, notices of SNS and SES, answers of servers. */
import assert from 'node:assert/strict';
import { isIP } from 'node:net';
import { callerOf } from '../../nodes/lib/api/api-keys.ts';
import { idempotencyHeader } from '../../nodes/lib/api/idempotency-header.ts';
import { scannerWatch } from '../../nodes/lib/event/likely-scanner.ts';
import { sesEvents } from '../../nodes/lib/event/ses-events.ts';
import { readSesNotice } from '../../nodes/lib/event/take-ses-events.ts';
import { imapFailure } from '../../nodes/lib/inbound/imap-failure.ts';
import { readReceivedNotice } from '../../nodes/lib/inbound/ses/received-notice.ts';
import { sortNotice } from '../../nodes/lib/inbound/ses/sort-notice.ts';
import { requireCertificateUrl } from '../../nodes/lib/inbound/sns/certificate-url.ts';
import { readSnsMessage } from '../../nodes/lib/inbound/sns/sns-message.ts';
import { readPublicPath } from '../../nodes/lib/kernel/public-path.ts';
import { mailTag, openMailTag } from '../../nodes/lib/keys/mail-tag.ts';
import { readTokens } from '../../nodes/lib/oauth/token-set.ts';
import { openReturnAddress } from '../../nodes/lib/outbound/return-address.ts';
import { openConfirmation, sealConfirmation } from '../../nodes/lib/resubscribe/confirmation-token.ts';
import { readSmtpAnswer } from '../../nodes/lib/transport/smtp-answer.ts';
import { smtpFailure } from '../../nodes/lib/transport/smtp-failure.ts';
import { smtpQueueId } from '../../nodes/lib/transport/smtp-queue-id.ts';
import { clientAddress } from '../../nodes/lib/unsubscribe/client-address.ts';
import { readUnsubscribeRequest } from '../../nodes/lib/unsubscribe/one-click-request.ts';
import { choosePageTexts } from '../../nodes/lib/unsubscribe/page-language.ts';
import { requestWords } from '../../nodes/lib/unsubscribe/request-words.ts';
import { openToken, sealToken } from '../../nodes/lib/unsubscribe/unsubscribe-token.ts';
import { readUnsubscribePath } from '../../nodes/lib/unsubscribe/unsubscribe-url.ts';
import { answerOf } from '../../nodes/lib/webhook/post/answer-of.ts';
import { readReceiver } from '../../nodes/lib/webhook/post/receiver.ts';
import { shownUrl } from '../../nodes/lib/webhook/webhook-target.ts';
import { fixedKeys } from '../support/fixed-keys.ts';
import { assertOneLine, type Door, jsonOf, unlessRefused } from './door.ts';

const keys = fixedKeys('key1', 'key2');
const now = Date.UTC(2026, 10, 23, 12);

/** The first line is the Content-Type. */
const unsubscribing: Door = {
  name: 'unsubscribing',
  words: [
    'List-Unsubscribe=One-Click',
    'List-Unsubscribe',
    'One-Click',
    'do=leave',
    '&nonce=',
    '&list=all',
    'multipart/form-data; boundary=b',
    '--b\r\n',
    '--b--\r\n',
    'Content-Disposition: form-data; name="List-Unsubscribe"\r\n\r\n',
    'application/x-www-form-urlencoded',
    '10.0.0.2, ',
    '::ffff:10.0.0.1',
    '/unsubscribe/app00001/',
  ],
  async check(input) {
    const end = input.indexOf('\n');
    const type = input.toString('latin1', 0, Math.max(end, 0));
    const body = input.subarray(end + 1);
    const request = await readUnsubscribeRequest(type, body);
    if (request.kind === 'one-click') assertSaysOneClick(body.toString('utf8'));
    const text = body.toString('utf8');
    const client = clientAddress(['10.0.0.0/8', '::1'])('10.0.0.1', text);
    assert.ok(isIP(client), 'the client is an address');
    assert.ok(choosePageTexts(text, 'en'));
    requestWords([text], text).forEach(assertOneLine);
    readUnsubscribePath(text);
    readPublicPath(text);
    callerOf(text, []);
    await unlessRefused(() => idempotencyHeader(text));
  },
};

/** A pair and nothing else, in either form, whatever is escaped. */
function assertSaysOneClick(body: string): void {
  const plain = new URLSearchParams(body.replace(/\r?\n$/, ''));
  const isPlain = [...plain].length === 1 && plain.get('List-Unsubscribe') === 'One-Click';
  const isForm = body.includes('List-Unsubscribe') && body.includes('One-Click') && /form-data/i.test(body);
  assert.ok(isPlain || isForm, 'nothing was asked for');
}

const genuine = {
  token: sealToken(
    {
      appId: 'app00001',
      address: 'ann@example.net',
      listTopic: 'news',
      emailId: '0b5c8a52-4f8e-4c8e-9c38-0d8a4d6a2f10',
    },
    keys,
  ),
  confirmation: sealConfirmation(
    { appId: 'app00001', address: 'ann@example.net', topics: ['news', undefined], issuedAt: now },
    keys,
  ),
};

const tag = mailTag('0b5c8a52-4f8e-4c8e-9c38-0d8a4d6a2f10', keys) ?? '';

/** Opening what nobody sealed would be a forgery; what is sealed has one spelling. */
const tokens: Door = {
  name: 'tokens',
  words: [genuine.token, genuine.confirmation, 'key1', 'key2', 'AQ', '-', '_', 'bounce+', '@example.com'],
  seeds: () =>
    [...Object.values(genuine), tag, `bounce+${tag}@example.com`].map((token) => Buffer.from(token)),
  check(input) {
    const text = input.toString('latin1');
    const isGenuine = Object.values(genuine).includes(text);
    for (const appId of ['app00001', 'app00002']) {
      const opened = openToken(text, keys, appId) ?? openConfirmation(text, keys, appId);
      assert.equal(opened !== undefined, isGenuine && appId === 'app00001');
    }
    assert.equal(openMailTag(text, keys) !== undefined, text.toLowerCase() === tag);
    const end = text.slice(-320);
    const at = end.lastIndexOf('@');
    const isReturned = at >= 0 && at < end.length - 1 && end.slice(0, at).toLowerCase().endsWith(`+${tag}`);
    assert.equal(openReturnAddress(text, keys) !== undefined, isReturned);
  },
};

const storage = { bucket: 'mails', prefix: 'in/' };
const topic = 'arn:aws:sns:eu-west-1:123456789012:mails';

const notices: Door = {
  name: 'notices',
  words: [
    '"Type":"Notification"',
    '"TopicArn":"arn:aws:sns:eu-west-1:123456789012:t"',
    '"eventType":"Bounce"',
    '"notificationType":"Received"',
    '"bounce":',
    '"bounceType":"Permanent"',
    '"bouncedRecipients":[{"emailAddress":"ann@example.net"}]',
    '"mail":',
    '"messageId":"m1"',
    '"timestamp":"2026-11-23T12:00:00Z"',
    '"receipt":',
    '"action":{"type":"S3","bucketName":"mails","objectKey":"in/m1"}',
    '"complaint":',
    '"click":{"link":"https://x/"}',
    '"tags":',
    '"__proto__":',
    'https://sns.eu-west-1.amazonaws.com/a.pem',
  ],
  async check(input) {
    const text = input.toString('utf8');
    await unlessRefused(() => requireCertificateUrl(text, topic)).then(() => assertCertificateUrl(text));
    const message = await unlessRefused(() => readSnsMessage(text));
    for (const body of [text, message?.Message ?? '']) {
      sortNotice(body);
      const received = await unlessRefused(() => readReceivedNotice(body, storage, now));
      if (received?.place.kind === 'object') assert.match(received.place.key, /^in\/[\w.-]+$/);
      const event = await unlessRefused(() => readSesNotice({ body, arrivedAt: now }));
      if (!event) continue;
      assert.ok(event.at <= now && event.people.length <= 50);
      const { reports, leaves } = sesEvents(event, undefined, scannerWatch());
      const named = [...reports.map(({ recipient }) => recipient), ...leaves.map(({ address }) => address)];
      for (const address of named) assert.ok(event.people.some((person) => person.address === address));
    }
  },
};

function assertCertificateUrl(text: string): void {
  try {
    requireCertificateUrl(text, topic);
  } catch {
    return;
  }
  assert.equal(new URL(text).origin, 'https://sns.eu-west-1.amazonaws.com');
}

const answers: Door = {
  name: 'answers',
  words: [
    '250 2.0.0 Ok: queued as 4XyZ',
    '550 5.1.1 ',
    '421-',
    '\r\n250 ',
    '5.7.26',
    '4.7.0',
    '535 5.7.8',
    'Retry-After: 10',
    '120',
    'Wed, 21 Oct 2026 07:28:00 GMT',
    '"access_token":"a"',
    '"expires_in":',
    '"token_type":"bearer"',
    'https://',
    'http://[::1]',
    '127.0.0.1',
    '0x7f.1',
    '@',
  ],
  async check(input) {
    const text = input.toString('utf8');
    for (const stage of ['connect', 'mail', 'written'] as const) {
      const failure = smtpFailure(
        { response: text, message: text, command: text.slice(0, 9) },
        stage,
        'mx:25',
      );
      await unlessRefused(() => Promise.reject(failure));
    }
    assert.ok((readSmtpAnswer(text)?.response.length ?? 0) <= 500);
    assertOneLine(smtpQueueId(text));
    const settings = { host: 'imap.example', port: 993, folder: 'INBOX' };
    await unlessRefused(() =>
      Promise.reject(imapFailure({ responseText: text }, settings as never, 'secret')),
    );
    const answer = answerOf(503, { 'retry-after': text }, now);
    if (answer.kind === 'later') assert.ok((answer.retryAfter ?? 0) >= 0);
    const tokens = await unlessRefused(() => readTokens(jsonOf(text), { now, validity: 3600, service: 'x' }));
    if (tokens) assert.ok(Number.isFinite(tokens.validUntil) && /^[ -~]+$/.test(tokens.accessToken));
    shownUrl(text);
    const receiver = readReceiver(text, []);
    if (!('code' in receiver)) assert.ok(receiver.origin.startsWith('https://'));
  },
};

export const publicDoors: readonly Door[] = [unsubscribing, tokens, notices, answers];
