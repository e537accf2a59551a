import assert from 'node:assert/strict';
import { awsClients } from '../../nodes/lib/aws/aws-clients.ts';
import { systemClock } from '../../nodes/lib/kernel/clock.ts';
import { accountSuppression } from '../../nodes/lib/setup/account-suppression.ts';
import { dnsLookup } from '../../nodes/lib/setup/dns/dns-lookup.ts';
import { domainSetup } from '../../nodes/lib/setup/domain-setup.ts';
import { type EventWishes, eventPlumbing } from '../../nodes/lib/setup/event-plumbing.ts';
import { type IamFeatures, iamPolicy } from '../../nodes/lib/setup/iam-policy.ts';
import { inboundPlumbing } from '../../nodes/lib/setup/inbound-plumbing.ts';
import { probeInbound } from '../../nodes/lib/setup/plumbing/probe-inbound.ts';
import type { PoliteCalls } from '../../nodes/lib/setup/polite-calls.ts';
import { setupOverAws } from '../../nodes/lib/setup/ports/setup-over-aws.ts';
import { queueEvents } from '../../nodes/lib/setup/self-test/queue-events.ts';
import { selfTest } from '../../nodes/lib/setup/self-test/self-test.ts';
import { testMail } from '../../nodes/lib/setup/self-test/test-mail.ts';
import type { SetupReport } from '../../nodes/lib/setup/setup-report.ts';
import { compileMail } from '../../nodes/lib/template/compile-mail.ts';
import { openSesTransport } from '../../nodes/lib/transport/ses-transport.ts';
import type { OutgoingMail } from '../../nodes/lib/transport/transport.ts';
import { assertRefused } from '../support/assert-refused.ts';
import { type AwsOptions, testKeys } from '../support/aws/aws-world.ts';
import type { PolicyDocument } from '../support/aws/policy.ts';
import { type AwsStandIn, startAws } from '../support/aws/start-aws.ts';
import { buildContent } from '../support/build-content.ts';
import { memorySuppressionList } from '../support/memory-suppression-list.ts';
import { everything, nothing, sampleEventWishes, sampleInboundWishes } from '../support/sample-wishes.ts';
import { openZoneServer, type ZoneServer } from '../support/zone-server.ts';

const region = 'eu-central-1';
const domain = 'example.com';
/** The pace of calls is tested elsewhere. */
const calls: PoliteCalls = (call) => call();
const quiet = () => {};

const events: EventWishes = {
  ...sampleEventWishes,
  trackClicks: true,
  pool: 'own-addresses',
  redirectDomain: 'links.example.com',
};
const inbound = sampleInboundWishes;
const policyFor = (features: IamFeatures) =>
  iamPolicy(features, {
    region,
    account: '111122223333',
    domain,
    configurationSet: events.configurationSet,
    topics: [events.topic, inbound.topic],
    queues: [events.topic, inbound.topic],
    bucket: inbound.bucket,
    prefix: inbound.prefix,
  }) as PolicyDocument;

describe('the set-up against AWS', () => {
  let aws: AwsStandIn;
  let close: () => Promise<void>;
  let zone: ZoneServer;

  /** With exactly the rights that the policy gives. */
  async function open(features: IamFeatures = everything, options: AwsOptions = {}) {
    const user = { name: 'app', ...testKeys, policy: policyFor(features) };
    zone = await openZoneServer();
    const dns = dnsLookup({ servers: [zone.address] });
    const pools = ['own-addresses'];
    aws = await startAws({ users: [user], dedicatedIpPools: pools, dns: zone.lookup, ...options });
    const access = { region, keys: testKeys, endpoint: aws.endpoint };
    const clients = awsClients(access, systemClock);
    const route = {
      kind: 'ses',
      aws: access,
      configurationSet: events.configurationSet,
      bulk: true,
    } as const;
    const transport = openSesTransport(route, { clock: systemClock, concurrency: 2 });
    close = async () => {
      await transport.close();
      await clients.close();
      await aws.close();
      await zone.close();
    };
    const ports = setupOverAws(clients, region, calls);
    const setup = domainSetup({ ...ports, dns, clock: systemClock });
    return { ports, setup, transport };
  }

  afterEach(() => close());

  /** As a person copies them into the DNS panel. */
  function publish({ records }: SetupReport): void {
    for (const { name, type, value, priority } of records)
      zone.add(type, name, type === 'MX' ? `${priority} ${value}` : value);
  }

  it('goes from nothing to a verified domain, events, a bucket and a passed self-test with least privilege', async () => {
    const { ports, setup, transport } = await open();
    const wishes = { token: true, dkim: 'easy', mailFrom: 'mail', inbound: 'reply' } as const;
    const made = await setup.prepare(domain, wishes, quiet);
    assert.equal(made.identity.how, 'created');
    assert.equal(made.identity.verified, false);
    publish(made);
    const seen = await setup.look(domain, wishes);
    assert.deepEqual(
      seen.records.map(({ purpose, dns, provider }) => [purpose, dns.state, provider?.state]),
      [
        ['ownership', 'found', 'SUCCESS'],
        ['dkim', 'found', 'SUCCESS'],
        ['dkim', 'found', 'SUCCESS'],
        ['dkim', 'found', 'SUCCESS'],
        ['mail-from-mx', 'found', 'SUCCESS'],
        ['mail-from-spf', 'found', 'SUCCESS'],
        ['inbound-mx', 'found', undefined],
        ['spf', 'found', undefined],
        ['dmarc', 'found', undefined],
      ],
    );
    assert.equal(seen.identity.verified, true);
    assert.equal(seen.account?.sandbox, false);

    const laidEvents = await eventPlumbing(ports).apply(events, quiet);
    const laid = await inboundPlumbing(ports).apply(inbound, quiet);
    assert.equal(aws.state.receiving.active, inbound.ruleSet);

    const deliver = async (mail: OutgoingMail) => {
      const receipt = await transport.deliver(mail);
      const signature = `DKIM-Signature: v=1; d=${domain}; h=From:List-Unsubscribe:List-Unsubscribe-Post; b=x\r\n`;
      const raw = Buffer.concat([Buffer.from(signature), mail.raw]);
      if (mail.envelope.to[0]?.endsWith('@reply.example.com'))
        await aws.state.receive(raw, { recipients: mail.envelope.to });
      return receipt;
    };
    const report = await selfTest(
      {
        domain,
        sender: `app@${domain}`,
        inbound: { address: 'test@reply.example.com', bucket: laid.bucket, prefix: inbound.prefix },
      },
      {
        ...ports,
        deliver,
        awaitEvent: queueEvents(ports.queues, laidEvents.queueUrl ?? '', systemClock),
        clock: systemClock,
        newId: () => Math.random().toString(36).slice(2),
      },
      quiet,
      new AbortController().signal,
    );
    assert.deepEqual(
      report.steps.map(({ name, state, text }) => (state === 'passed' ? name : text)),
      ['keys', 'identity', 'sending', 'mail', 'bounce', 'complaint', 'inbound'],
    );
  });

  it('has nothing left to do the second time', async () => {
    const { ports, setup } = await open();
    const wishes = { token: false, dkim: 'easy', mailFrom: 'mail' } as const;
    const eventRoom = eventPlumbing(ports);
    const inboundRoom = inboundPlumbing(ports);
    for (let time = 0; time < 2; time += 1) {
      const { identity, differences } = await setup.prepare(domain, wishes, quiet);
      assert.equal(identity.how, time === 0 ? 'created' : 'adopted');
      assert.deepEqual(differences, []);
      aws.state.verify(domain);
      await eventRoom.apply(events, quiet);
      await inboundRoom.apply(inbound, quiet);
    }
    const again = [...(await eventRoom.plan(events)), ...(await inboundRoom.plan(inbound))];
    assert.deepEqual(
      again.filter(({ effect }) => effect !== 'keep'),
      [],
    );
  });

  it('adds its rule to an active set and leaves lifecycle rules of others', async () => {
    const { ports } = await open();
    aws.state.verify(domain);
    await ports.receiving.createReceiptRuleSet('theirs');
    await ports.receiving.setActiveReceiptRuleSet('theirs');
    await ports.buckets.createBucket(inbound.bucket);
    const room = inboundPlumbing(ports);
    await room.apply(inbound, quiet);
    await room.apply({ ...inbound, prefix: 'inbound/', expiryDays: 7 }, quiet);
    assert.equal(aws.state.receiving.active, 'theirs');
    const rules = aws.state.receiving.ruleSets.get('theirs')?.rules ?? [];
    assert.deepEqual(
      rules.map(({ Name, Enabled, ScanEnabled }) => [Name, Enabled, ScanEnabled]),
      [['email-app', true, true]],
    );
    assert.deepEqual(
      (await ports.buckets.getBucketLifecycleConfiguration(inbound.bucket)).map(({ expiry }) => expiry),
      [{ prefix: 'inbound/', days: 7 }],
    );
  });

  it('hands an own key over, whose public half SES then finds', async () => {
    const { generateKeyPairSync } = await import('node:crypto');
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const { setup } = await open();
    const wishes = { token: false, dkim: 'own', ownKey: { selector: 's1', privateKey: pem } } as const;
    publish(await setup.prepare(domain, wishes, quiet));
    const seen = await setup.look(domain, wishes);
    assert.deepEqual([seen.identity.dkim.origin, seen.identity.dkim.state], ['EXTERNAL', 'SUCCESS']);
  });

  it('keeps the suppression lists the same both ways', async () => {
    const { ports } = await open();
    const list = memorySuppressionList();
    const room = accountSuppression({ ses: ports.ses, list });
    const going = new AbortController().signal;
    await ports.ses.putSuppressedDestination('theirs@example.org', 'COMPLAINT');
    await list.add([{ address: 'ours@example.org', cause: 'hard-bounce', method: 'bounce', at: 1 }]);
    assert.deepEqual(await room.handOver(quiet, going), { added: 1, known: 0, skipped: 0 });
    assert.deepEqual(await room.takeOver(quiet, going), { added: 1, known: 1, skipped: 0 });
    assert.equal((await room.find('ours@example.org'))?.reason, 'BOUNCE');
    await room.release('ours@example.org');
    await room.release('ours@example.org');
    assert.equal(await room.find('ours@example.org'), undefined);
    await room.switchOff(quiet);
    assert.equal((await room.state()).on, false);
  });

  it('says that a region without receiving has none, before anything is made', async () => {
    const { ports } = await open(everything, { receiving: false });
    assert.equal((await probeInbound('eu-south-1', ports.receiving)).inbound, 'no');
    const room = inboundPlumbing({ ...ports, region: 'eu-south-1' });
    await assertRefused(() => room.apply(inbound, quiet), 'setup-refused', 'region');
  });

  it('refuses the bucket of somebody else', async () => {
    const { ports } = await open();
    aws.state.verify(domain);
    aws.state.s3.foreignBuckets.add(inbound.bucket);
    const room = inboundPlumbing(ports);
    await assertRefused(() => room.apply(inbound, quiet), 'setup-refused', 'bucket');
  });

  it('sends, one by one and in bulk, with the rights of a sender alone', async () => {
    const { transport } = await open({ ...nothing, sending: true, bulk: true });
    aws.state.verify(domain);
    const set = { ConfigurationSetName: events.configurationSet, eventDestinations: [] };
    aws.state.ses.configurationSets.set(events.configurationSet, set);
    const mail = await testMail({ from: `app@${domain}`, to: 'a@example.org', id: 'one', date: 0 });
    assert.equal((await transport.deliver(mail)).code, 'sent');
    const text = 'Hello {{name}}.';
    const { sharing } = await compileMail(
      buildContent({ from: { address: `app@${domain}` }, templated: true, text }),
    );
    const own = sharing?.own({ to: { address: 'b@example.org' }, values: { name: 'Bob' }, headers: [] });
    assert.ok(sharing && own && transport.deliverCopy);
    const envelope = { from: `app@${domain}`, to: ['b@example.org'] };
    assert.equal((await transport.deliverCopy({ envelope, shared: sharing.mail, own })).code, 'sent');
    assert.match(await transport.verify(), /production/);
    await transport.quota?.();
    const elsewhere = await testMail({ from: 'app@example.net', to: 'a@example.org', id: 'two', date: 0 });
    await assertRefused(() => transport.deliver(elsewhere), 'aws-denied');
  });

  it('names the right that is missing', async () => {
    const { setup } = await open({ ...everything, setup: false });
    const wishes = { token: false, dkim: 'easy' } as const;
    const error = await assertRefused(() => setup.prepare(domain, wishes, quiet), 'aws-denied');
    assert.match(error.message, /ses:GetEmailIdentity/);
  });
});
