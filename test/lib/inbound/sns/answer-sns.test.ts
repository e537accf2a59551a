import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { NewNotice } from '../../../../nodes/lib/inbound/ses/notice-box.ts';
import { answerSns, type SnsExchange, type SnsRooms } from '../../../../nodes/lib/inbound/sns/answer-sns.ts';
import { signingCertificates } from '../../../../nodes/lib/inbound/sns/signing-certificates.ts';
import { EmailError } from '../../../../nodes/lib/kernel/errors.ts';
import { signingCertificate } from '../../../support/aws/sns/signed-message.ts';
import { fakeClock } from '../../../support/fake-clock.ts';
import {
  certificateServer,
  certificateUrl,
  posted,
  sesNotice,
  signedAt,
  snsConfirmation,
  snsMessage,
  topicArn,
} from '../../../support/sns-notices.ts';

const hour = 3_600_000;

function room(changes: Partial<SnsRooms> = {}, server = certificateServer()) {
  const clock = fakeClock(signedAt);
  const stored: NewNotice[] = [];
  const troubles: EmailError[] = [];
  const confirmed: { topicArn: string; token: string }[] = [];
  const rooms: SnsRooms = {
    topics: [topicArn],
    kinds: ['event', 'mail'],
    box: { accept: async (notices) => void stored.push(...notices) },
    certificates: signingCertificates(server.fetch, clock),
    confirm: async (subscription) => void confirmed.push(subscription),
    clock,
    onTrouble: (error) => troubles.push(error),
    ...changes,
  };
  const post = async (exchange: SnsExchange) => (await answerSns(exchange, rooms)).status;
  return { clock, stored, troubles, confirmed, post, server, rooms };
}

describe('answerSns', () => {
  for (const version of ['1', '2'] as const) {
    it(`stores a notice with signature version ${version}, then says 200`, async () => {
      const { post, stored, troubles } = room();
      const message = snsMessage({ version, Subject: 'Amazon SES' });
      assert.equal(await post(posted(message)), 200);
      assert.deepEqual(stored, [
        { id: message.MessageId, kind: 'event', body: sesNotice(), arrivedAt: signedAt },
      ]);
      assert.deepEqual(troubles, []);
    });
  }

  const forged: readonly (readonly [string, object])[] = [
    ['another text', { Message: sesNotice('Bounce') }],
    ['another id', { MessageId: 'ffffffff-1111-2222-3333-444444444444' }],
    ['another subject', { Subject: 'x' }],
    ['another time', { Timestamp: new Date(signedAt + 1000).toISOString() }],
    ['another version', { SignatureVersion: '1' }],
    ['no signature', { Signature: '' }],
    ['a text that is a list', { Message: ['x'] }],
    ['an unknown type', { Type: 'Advertisement' }],
    ['a subject that is an object', { Subject: { a: 1 } }],
    ['a foreign certificate', { SigningCertURL: 'https://bucket.s3.amazonaws.com/x.pem' }],
    ['a version that does not exist', { SignatureVersion: '3' }],
    ['a time that is none', { Timestamp: 'yesterday' }],
  ];
  for (const [what, change] of forged) {
    it(`refuses a message with ${what}, and stores nothing`, async () => {
      const { post, stored, troubles } = room();
      assert.equal(await post(posted({ ...snsMessage(), ...change })), 403);
      assert.deepEqual([stored.length, troubles.map(({ code }) => code)], [0, ['sns-refused']]);
    });
  }

  for (const body of [
    '',
    'hello',
    '[]',
    'null',
    '{"__proto__": {"Type": "Notification"}}',
    '['.repeat(100_000),
  ]) {
    it(`refuses what is no message: ${body.slice(0, 40)}`, async () => {
      assert.equal(await room().post(posted(body)), 403);
    });
  }

  it('fetches nothing for a topic that is not ours', async () => {
    const { post, server } = room();
    const TopicArn = 'arn:aws:sns:eu-central-1:999999999999:email-app-app00001-events';
    assert.equal(await post(posted(snsMessage({ TopicArn }))), 403);
    assert.equal(await post(posted({ ...snsConfirmation('SubscriptionConfirmation'), TopicArn })), 403);
    assert.deepEqual(server.urls, []);
  });

  it('fetches nothing for a message without a signature, or with headers that say otherwise', async () => {
    const { post, server } = room();
    assert.equal(await post(posted(sesNotice(), { 'x-amz-sns-rawdelivery': 'true' })), 403);
    assert.equal(await post(posted(snsMessage(), { 'x-amz-sns-topic-arn': 'arn:aws:sns:x:1:y' })), 403);
    assert.equal(
      await post(posted(snsMessage(), { 'x-amz-sns-message-type': 'SubscriptionConfirmation' })),
      403,
    );
    assert.deepEqual(server.urls, []);
  });

  it('refuses what is more than an hour old, unless that is asked for, and what is from the future', async () => {
    const { post, rooms } = room();
    assert.equal(await post(posted(snsMessage({ at: signedAt - hour }))), 200);
    assert.equal(await post(posted(snsMessage({ at: signedAt - 2 * hour }))), 403);
    assert.equal(await post(posted(snsMessage({ at: signedAt + hour }))), 403);
    const old = posted(snsMessage({ at: signedAt - 48 * hour }));
    assert.equal((await answerSns(old, { ...rooms, anyAge: true })).status, 200);
  });

  it('confirms a subscription to the pinned topic through the API, and visits no address', async () => {
    const { post, confirmed, stored, server } = room();
    assert.equal(await post(posted(snsConfirmation('SubscriptionConfirmation'))), 200);
    assert.deepEqual(confirmed, [{ topicArn, token: 'a1b2c3' }]);
    assert.deepEqual([stored.length, server.urls.length], [0, 1]);
  });

  it('has a confirmation repeated that the API did not take', async () => {
    const confirm = () => Promise.reject(new EmailError('aws-denied', { retryable: true }));
    assert.equal(await room({ confirm }).post(posted(snsConfirmation('SubscriptionConfirmation'))), 500);
  });

  it('warns when a subscription ended, and never takes it up again', async () => {
    const { post, confirmed, troubles } = room();
    assert.equal(await post(posted(snsConfirmation('UnsubscribeConfirmation'))), 200);
    assert.deepEqual([confirmed.length, troubles.map(({ code }) => code)], [0, ['sns-unsubscribed']]);
  });

  it('has nothing to do with the text by which SES tries the topic', async () => {
    const { post, stored } = room();
    const Message = 'Successfully validated SNS topic for Amazon SES event publishing.';
    assert.equal(await post(posted(snsMessage({ Message }))), 200);
    assert.deepEqual(stored, []);
  });

  it('drops notices of a kind that the app does not ask for', async () => {
    const { post, stored } = room({ kinds: ['mail'] });
    assert.equal(await post(posted(snsMessage())), 200);
    assert.deepEqual(stored, []);
  });

  it('says 500 when the notice cannot be stored, so that it comes again', async () => {
    const accept = () => Promise.reject(new EmailError('disk-full', { retryable: true }));
    assert.equal(await room({ box: { accept } }).post(posted(snsMessage())), 500);
  });

  it('says 500 within 15 seconds when the store does not answer', async () => {
    const { post, clock } = room({ box: { accept: () => new Promise(() => {}) } });
    const answer = post(posted(snsMessage()));
    await clock.advance(14_999);
    assert.equal(await answer, 500);
    assert.equal(clock.pending(), 0);
  });

  it('takes POST only, and no more than a megabyte', async () => {
    const { post } = room();
    assert.equal(await post({ ...posted(snsMessage()), method: 'GET' }), 405);
    assert.equal(await post(posted('x'.repeat(1024 * 1024 + 1))), 413);
  });

  it('fetches a certificate once for all who wait for it', async () => {
    const { post, server, stored } = room();
    const answers = await Promise.all(Array.from({ length: 50 }, () => post(posted(snsMessage()))));
    assert.deepEqual([new Set(answers), server.urls.length, stored.length], [new Set([200]), 1, 50]);
  });

  it('has it tried again when the certificate cannot be fetched, and asks for it once a minute', async () => {
    let asked = 0;
    const fetch = async () => {
      asked += 1;
      throw new Error('no route');
    };
    const { post, clock } = room({}, { urls: [], fetch });
    for (let turn = 0; turn < 5; turn += 1) assert.equal(await post(posted(snsMessage())), 500);
    assert.equal(asked, 1);
    await clock.advance(60_000);
    await post(posted(snsMessage()));
    assert.equal(asked, 2);
  });

  it('fetches few certificates however many addresses are made up', async () => {
    const { post, server } = room();
    for (let turn = 0; turn < 50; turn += 1)
      await post(
        posted({ ...snsMessage(), SigningCertURL: `https://sns.eu-central-1.amazonaws.com/${turn}.pem` }),
      );
    assert.equal(server.urls.length, 8);
  });

  it('keeps the certificate of SNS while somebody makes up others', async () => {
    const { post, clock } = room(
      {},
      {
        urls: [],
        fetch: async (url) => (url === certificateUrl ? signingCertificate : 'none'),
      },
    );
    assert.equal(await post(posted(snsMessage())), 200);
    for (let turn = 0; turn < 32; turn += 1) {
      if (turn % 8 === 0) await clock.advance(61_000);
      const SigningCertURL = `https://sns.eu-central-1.amazonaws.com/${turn}.pem`;
      await post(posted({ ...snsMessage(), SigningCertURL }));
    }
    assert.equal(await post(posted(snsMessage())), 200);
  });

  it('refuses a certificate that is out of date', async () => {
    const { post, clock } = room();
    await clock.advance(80 * 365 * 24 * hour);
    assert.equal(await post(posted(snsMessage({ at: clock.now() }))), 200);
    await clock.advance(20 * 366 * 24 * hour);
    assert.equal(await post(posted(snsMessage({ at: clock.now() }))), 403);
  });

  it('refuses a certificate that is made out to another name, and what is none', async () => {
    const foreign = readFileSync(new URL('../../../fixtures/localhost.cert.pem', import.meta.url), 'utf8');
    for (const text of [foreign, '-----BEGIN CERTIFICATE-----', '']) {
      const { post, troubles } = room({}, certificateServer(text));
      assert.equal(await post(posted(snsMessage())), 403);
      assert.match(troubles[0]?.message ?? '', /another name|cannot be read/);
    }
  });
});
