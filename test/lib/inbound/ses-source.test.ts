import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { publicEndpoint } from '../../../nodes/glue/public-endpoint.ts';
import { awsClients } from '../../../nodes/lib/aws/aws-clients.ts';
import type { DeliveryNotices } from '../../../nodes/lib/event/delivery-notices.ts';
import { openSesSource, type SesSource } from '../../../nodes/lib/inbound/ses-source.ts';
import { systemClock } from '../../../nodes/lib/kernel/clock.ts';
import type { EmailError } from '../../../nodes/lib/kernel/errors.ts';
import type { SesNotices } from '../../../nodes/lib/settings/event-settings.ts';
import { setupNames } from '../../../nodes/lib/setup/setup-names.ts';
import type { AppStore } from '../../../nodes/lib/store/open-app-store.ts';
import { testKeys } from '../../support/aws/aws-world.ts';
import { signingCertificate } from '../../support/aws/sns/signed-message.ts';
import { type AwsStandIn, startAws } from '../../support/aws/start-aws.ts';
import { newRequest } from '../../support/new-request.ts';
import { sampleSettings } from '../../support/sample-settings.ts';
import { bounce, delivery, send, sesMessageId } from '../../support/ses-events.ts';
import { setUpSes } from '../../support/set-up-ses.ts';
import { temporaryFolder } from '../../support/sqlite-outbox.ts';
import { openTestStore } from '../../support/sqlite-suppressions.ts';

const names = setupNames('app00001');
const region = 'eu-central-1';
const arnOf = (topic: string) => `arn:aws:sns:${region}:111122223333:${topic}`;
const raw = Buffer.from('From: bob@example.org\r\nTo: in@example.com\r\nSubject: Hi\r\n\r\nHello\r\n');

describe('openSesSource', function () {
  this.timeout(20_000);
  const { folder, remove } = temporaryFolder();
  let aws: AwsStandIn;
  let store: AppStore;
  let source: SesSource | undefined;
  let server: Server;
  let baseUrl: string;
  let told: DeliveryNotices[];
  let troubles: EmailError[];
  const endpoint = publicEndpoint();

  beforeEach(async () => {
    aws = await startAws({ verified: ['example.com'], snsRetryDelay: 100 });
    store = await openTestStore(folder);
    [told, troubles] = [[], []];
    server = createServer((request, response) =>
      endpoint.handle(request, response, () => response.writeHead(404).end()),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterEach(async () => {
    await source?.close();
    server.closeAllConnections();
    server.close();
    await aws.close();
    await store.close();
  });
  after(remove);

  const access = () => ({ region, keys: testKeys, endpoint: aws.endpoint });

  function listen(
    notices: SesNotices,
    onNotices?: (given: DeliveryNotices) => Promise<void>,
    maxMailBytes = 40_000_000,
  ): void {
    const { inbound, events } = sampleSettings();
    const settings = sampleSettings({
      route: { kind: 'ses', aws: access(), bulk: false },
      inbound: { ...inbound, ses: notices, maxMailBytes },
      events: { ...events, ses: notices },
    });
    source = openSesSource(settings, {
      queue: store.inbound,
      box: store.notices,
      records: store.deliveries,
      list: store.suppressions,
      onNotices: onNotices ?? (async (given) => void told.push(given)),
      clock: systemClock,
      random: Math.random,
      onTrouble: (error) => troubles.push(error),
      fetchCertificate: async () => signingCertificate,
    });
    endpoint.serve('app00001', {
      trustedProxies: [],
      answer: () => Promise.reject(new Error('not asked')),
      answerSns: source?.answerSns,
    });
  }

  const byQueue: SesNotices = { by: 'queue', topics: [] };
  const byEndpoint: SesNotices = { by: 'endpoint', topics: [arnOf(names.inbound), arnOf(names.events)] };
  const messagesIn = (queue: string) => aws.state.sqs.queues.get(queue)?.messages ?? [];

  async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
    for (let turn = 0; turn < 400; turn += 1) {
      if (await isSo()) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    assert.fail(`not within 8 s: ${what} ${troubles.map(({ message }) => message)}`);
  }

  /** Subscribed by http, which the set-up refuses; the stand-in needs no TLS. */
  async function subscribe(): Promise<void> {
    const clients = awsClients(access(), systemClock);
    for (const topic of [names.inbound, names.events])
      await clients.sns('Subscribe', {
        TopicArn: arnOf(topic),
        Protocol: 'http',
        Endpoint: `${baseUrl}/email-app/app00001/sns`,
      });
    await clients.close();
    await aws.state.settled();
  }

  it('takes a received mail from the bucket, told by a queue, and empties the queue', async () => {
    await setUpSes(access());
    listen(byQueue);
    const { messageId } = await aws.state.receive(raw, {
      recipients: ['in@example.com'],
      from: 'bob@example.org',
      verdicts: { spam: 'GRAY', dmarc: 'FAIL' },
    });
    await until('the mail is there', async () => (await store.inbound.counts()).waiting === 1);
    const mail = await store.inbound.begin();
    assert.deepEqual(
      [mail?.facts.sourceKey, mail?.facts.envelope, mail?.facts.auth, mail?.facts.verdicts],
      [
        messageId,
        { from: 'bob@example.org', to: ['in@example.com'] },
        { spf: 'pass', dkim: 'pass', dmarc: 'fail', signedBy: [] },
        { spam: 'gray', virus: 'pass' },
      ],
    );
    await until('the queue is empty', () => messagesIn(names.inbound).length === 0);
    assert.deepEqual([source?.state().connected, troubles], [true, []]);
    await store.inbound.done(mail?.id ?? '');
  });

  it('takes a mail of many megabytes byte for byte', async () => {
    await setUpSes(access());
    listen(byQueue);
    const large = Buffer.concat([raw, Buffer.alloc(12_000_000, 'abc\r\n')]);
    const { stored } = await aws.state.receive(large, { recipients: ['in@example.com'] });
    await until('the mail is there', async () => (await store.inbound.counts()).waiting === 1);
    const mail = await store.inbound.begin();
    const [{ bucket = '', key = '' } = {}] = stored;
    const sent = aws.state.s3.buckets.get(bucket)?.objects.get(key);
    assert(sent && mail && sent.body.equals(readFileSync(mail.file)));
    await store.inbound.done(mail?.id ?? '');
  });

  it('sets the notice of a mail aside that is too large, and goes on', async () => {
    await setUpSes(access());
    const before = (await store.notices.counts()).setAside;
    listen(byQueue, undefined, 100_000);
    await aws.state.receive(Buffer.alloc(3_000_000, 'abc\r\n'), { recipients: ['in@example.com'] });
    await aws.state.receive(raw, { recipients: ['in@example.com'] });
    await until('both are worked on', async () => {
      const { waiting, setAside } = await store.notices.counts();
      return (await store.inbound.counts()).waiting === 1 && waiting === 0 && setAside === before + 1;
    });
    assert.match(troubles[0]?.message ?? '', /larger than the limit/);
    const mail = await store.inbound.begin();
    await store.inbound.done(mail?.id ?? '');
  });

  it('takes a mail once that is told by both ways, fifty times, and refuses a foreign folder', async () => {
    await setUpSes(access());
    const before = (await store.notices.counts()).setAside;
    await aws.state.receive(raw, { recipients: ['in@example.com'] });
    const [first] = messagesIn(names.inbound);
    const notice = JSON.parse(JSON.parse(first?.body ?? '').Message);
    listen(byQueue);
    for (let turn = 0; turn < 50; turn += 1)
      await aws.state.publish(arnOf(names.inbound), JSON.stringify(notice));
    notice.receipt.action.bucketName = 'somebody-elses';
    await aws.state.publish(arnOf(names.inbound), JSON.stringify(notice));
    await until('all is worked on', async () => {
      const { waiting, setAside } = await store.notices.counts();
      return messagesIn(names.inbound).length === 0 && waiting === 0 && setAside === before + 1;
    });
    assert.equal((await store.inbound.counts()).waiting, 1);
    assert.deepEqual(
      troubles.map(({ code }) => code),
      ['notice-set-aside'],
    );
    const mail = await store.inbound.begin();
    await store.inbound.done(mail?.id ?? '');
  });

  it('sets aside what is in the queue and cannot be read, and asks no more for it', async () => {
    await setUpSes(access());
    const sdk = awsClients(access(), systemClock);
    const { QueueUrl } = await sdk.sqs('GetQueueUrl', { QueueName: names.events });
    const before = (await store.notices.counts()).setAside;
    for (const MessageBody of [
      'poison',
      JSON.stringify(delivery()),
      '{"Message": "{}", "MessageId": "1", "TopicArn": "x"}',
    ])
      await sdk.sqs('SendMessage', { QueueUrl, MessageBody });
    await sdk.close();
    listen(byQueue);
    await until('the queue is empty', () => messagesIn(names.events).length === 0);
    assert.equal((await store.notices.counts()).setAside - before, 3);
    assert.deepEqual(told, []);
  });

  it('is told by SNS at its endpoint once it has confirmed, and settles a mail that a crash hid', async () => {
    await store.outbox.accept(newRequest(['ann@example.com']));
    await store.outbox.claim(1, 1000);
    await store.close();
    store = await openTestStore(folder);
    await setUpSes(access());
    listen(byEndpoint);
    await subscribe();
    const { topics } = aws.state.sns;
    assert(
      topics
        .get(arnOf(names.events))
        ?.subscriptions.some(
          ({ protocol, confirmed, attributes }) =>
            protocol === 'http' && confirmed && attributes.ConfirmationWasAuthenticated === 'true',
        ),
    );
    assert.equal((await store.outbox.find('ann'))?.state, 'unknown');
    for (const event of [delivery(['ann@example.com'], { key: 'ann' }), send({ key: 'ann' })])
      await aws.state.publish(arnOf(names.events), JSON.stringify(event));
    await until('the mail is settled', async () => (await store.outbox.find('ann'))?.state === 'sent');
    await until('the delivery is told', () => told.some(({ reports }) => reports.length === 1));
    const [part] = await store.deliveries.find([{ providerMessageId: sesMessageId }]);
    assert.deepEqual([part?.record.id, part?.deliveries.map(({ state }) => state)], ['ann', ['delivered']]);
  });

  it('lets SNS try again while nothing can be stored, and loses nothing', async () => {
    await setUpSes(access());
    listen(byEndpoint);
    await subscribe();
    const { accept } = store.notices;
    let refusals = 0;
    Object.assign(store.notices, {
      accept: (notices: Parameters<typeof accept>[0]) => {
        refusals += 1;
        if (refusals > 2) return accept(notices);
        return Promise.reject(Object.assign(new Error('disk'), {}));
      },
    });
    const event = bounce('Permanent', 'NoEmail', {}, { key: 'other' });
    await aws.state.publish(arnOf(names.events), JSON.stringify(event));
    await until('the bounce is told', () => told.length === 1);
    const statuses = aws.state.sns.deliveries
      .filter(({ type, endpoint: to }) => type === 'Notification' && to.startsWith('http'))
      .map(({ status }) => status);
    assert.deepEqual([statuses, told[0]?.reports[0]?.report.severity], [[500, 500, 200], 'hard']);
  });

  it('tells again what the event room could not take', async () => {
    await setUpSes(access());
    let calls = 0;
    listen(byQueue, async (given) => {
      calls += 1;
      if (calls === 1) throw new Error('not now');
      told.push(given);
    });
    await aws.state.publish(arnOf(names.events), JSON.stringify(delivery()));
    await until('it is told', () => told.length === 1);
    assert.equal(calls, 2);
  });

  it('says what is wrong while there is no queue', async () => {
    listen(byQueue);
    await until('there is trouble', () => source?.state().connected === false);
    assert.match(source?.state().trouble ?? '', /AWS does not have/);
  });

  it('is not there for an app that asks SES for nothing', () => {
    assert.equal(openSesSource(sampleSettings(), {} as never), undefined);
  });
});
