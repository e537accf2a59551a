import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { EmailApp } from '../../../nodes/lib/app/email-app.ts';
import { openEmailApp } from '../../../nodes/lib/app/open-email-app.ts';
import type { EmailEvent } from '../../../nodes/lib/event/event-log.ts';
import type { InboundMessage } from '../../../nodes/lib/inbound/mail-listener.ts';
import { setupNames } from '../../../nodes/lib/setup/setup-names.ts';
import { testKeys } from '../../support/aws/aws-world.ts';
import { type AwsStandIn, startAws } from '../../support/aws/start-aws.ts';
import { processWorld } from '../../support/process-world.ts';
import { sampleSettings } from '../../support/sample-settings.ts';
import { setUpSes } from '../../support/set-up-ses.ts';
import { temporaryFolder } from '../../support/sqlite-outbox.ts';

const simulated = (name: string) => `${name}@simulator.amazonses.com`;

describe('an app that Amazon SES tells of its mail', function () {
  this.timeout(30_000);
  const { folder, remove } = temporaryFolder();
  let aws: AwsStandIn;
  let app: EmailApp;
  const events: EmailEvent[] = [];
  const mails: InboundMessage[] = [];

  before(async () => {
    aws = await startAws({ verified: ['example.com'], account: { perSecond: 1000 } });
    const access = { region: 'eu-central-1', keys: testKeys, endpoint: aws.endpoint };
    await setUpSes(access);
    const { inbound, events: base } = sampleSettings();
    const ses = { by: 'queue', topics: [] } as const;
    const { configurationSet } = setupNames('app00001');
    const settings = sampleSettings({
      route: { kind: 'ses', aws: access, bulk: false, configurationSet },
      inbound: { ...inbound, ses },
      events: { ...base, ses, suppressHardBounces: true, suppressComplaints: true },
    });
    app = await openEmailApp(settings, processWorld(folder));
    const deliver = async (event: EmailEvent) => void events.push(event);
    app.events.open({ reader: 'test', deliver, onTrouble: ({ message }) => assert.fail(message) });
    app.mailRoom.listen('node', async (message) => void mails.push(message));
  });

  after(async () => {
    await app.close();
    await aws.close();
    remove();
  });

  async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
    for (let turn = 0; turn < 500; turn += 1) {
      if (await isSo()) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    assert.fail(`not within 10 s: ${what}; ${events.map(({ type, recipient }) => `${type} ${recipient}`)}`);
  }

  async function send(to: string): Promise<string> {
    const fields = { to, subject: 'Hello', payload: 'Good day', correlationId: `about ${to}` };
    const order = { requestId: randomUUID(), mode: 'message', fields, node: 'n', reports: false } as const;
    const { copies } = await app.send(order);
    return copies[0]?.id ?? '';
  }

  const told = (type: string, recipient: string) =>
    events.find((event) => event.type === type && event.recipient === recipient);
  const heldFor = async (address: string) =>
    (await app.suppressions.find([address], Date.now())).get(address)?.map(({ cause }) => cause);

  it('tells of the delivery, and keeps it with the mail', async () => {
    const id = await send(simulated('success'));
    await until('it is delivered', () => told('email.delivered', simulated('success')) !== undefined);
    const event = told('email.delivered', simulated('success'));
    assert.deepEqual(
      [event?.emailId, event?.correlationId, event?.provider],
      [id, `about ${simulated('success')}`, 'ses'],
    );
    await until('it is kept', async () => (await app.find(id))?.deliveries?.[0]?.state === 'delivered');
  });

  it('holds whose address is dead, and who complained, for the mails to come', async () => {
    for (const [name, cause] of [
      ['bounce', 'hard-bounce'],
      ['complaint', 'complaint'],
    ] as const) {
      const address = simulated(name);
      await send(address);
      await until(`${name} is on the list`, async () => (await heldFor(address))?.includes(cause) === true);
      const again = await send(address);
      await until('the next one is held', async () => (await app.find(again))?.state === 'suppressed');
    }
    assert.equal(aws.state.sent.length, 3);
  });

  it('holds nobody for what SES held by itself', async () => {
    const address = simulated('suppressionlist');
    await send(address);
    await until('it is told', () => told('email.suppressed', address) !== undefined);
    assert.equal(await heldFor(address), undefined);
  });

  it('gives a received mail to the flow', async () => {
    const raw = Buffer.from(
      'From: Bob <bob@example.org>\r\nTo: in@example.com\r\nSubject: Question\r\n\r\nHow much?\r\n',
    );
    await aws.state.receive(raw, { recipients: ['in@example.com'], from: 'bob@example.org' });
    await until('the flow has it', () => mails.length === 1);
    const [{ mail, source } = {}] = mails;
    assert.deepEqual(
      [source, mail?.subject, mail?.text?.trim(), mail?.auth.dmarc],
      ['ses', 'Question', 'How much?', 'pass'],
    );
    assert(app.mailRoom.state().sources.some(({ source: one, connected }) => one === 'ses' && connected));
  });
});
