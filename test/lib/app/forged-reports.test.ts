import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import type { EmailApp } from '../../../nodes/lib/app/email-app.ts';
import { openEmailApp } from '../../../nodes/lib/app/open-email-app.ts';
import type { EmailEvent } from '../../../nodes/lib/event/event-log.ts';
import type { InboundMessage } from '../../../nodes/lib/inbound/mail-listener.ts';
import type { PartRecord } from '../../../nodes/lib/outbound/outbox.ts';
import { tagReturnAddress } from '../../../nodes/lib/outbound/return-address.ts';
import { fixtures } from '../../../score/labels.ts';
import { processWorld } from '../../support/process-world.ts';
import { sampleSettings } from '../../support/sample-settings.ts';
import { temporaryFolder } from '../../support/sqlite-outbox.ts';
import { findFreePort } from '../../support/start-node-red.ts';

const alice = 'alice@dest.example';
const eve = 'eve@evil.example';

/** What a mail server wrote about a mail to Alice, whose Message-ID it gives back. */
const reportOn = (messageId: string, file: string) =>
  readFileSync(join(fixtures, 'own', file), 'utf8').replace(/<m\d+@mail\.ours\.example>/, `<${messageId}>`);

describe('reports on mails of an app', function () {
  this.timeout(20_000);
  let remove: () => void;
  let folder: string;
  let port: number;
  let app: EmailApp;
  let heard: EmailEvent[];

  /** With a return address of its own for each mail, or the same for all. */
  const open = async (isTagged: boolean) => {
    const smtp = { host: 'mx.example.com', address: '127.0.0.1', port, addresses: ['shop@example.com'] };
    const inbound = { ...sampleSettings().inbound, smtp };
    const delivery = isTagged ? { envelopeSender: 'shop@example.com' } : {};
    app = await openEmailApp(
      sampleSettings({ inbound }, delivery),
      processWorld(folder, { onTrouble: assert.fail }),
    );
    app.events.open({
      reader: 'test',
      types: ['email.bounced', 'email.complained'],
      deliver: async (event) => void heard.push(event),
      onTrouble: assert.fail,
    });
  };
  beforeEach(async () => {
    ({ folder, remove } = temporaryFolder());
    port = await findFreePort();
    heard = [];
  });
  afterEach(async () => {
    await app.close();
    remove();
  });

  async function mailTo(fields: object): Promise<PartRecord> {
    const order = { requestId: 'r1', mode: 'message', node: 'n', reports: false } as const;
    const settled = new Promise<PartRecord>((resolve) => app.onResult(resolve));
    await app.send({ ...order, fields: { subject: 'Hi', payload: 'Hi', ...fields } });
    return settled;
  }
  const returnAddress = ({ id }: PartRecord) => tagReturnAddress('shop@example.com', id, app.keys);

  /** Resolves when the app has acted on it. */
  async function receive(raw: string, to = 'shop@example.com'): Promise<InboundMessage> {
    const told = new Promise<InboundMessage>((resolve) => {
      const stop = app.mailRoom.listen('n1', async (message) => {
        stop();
        resolve(message);
      });
    });
    const client = createTransport({ host: '127.0.0.1', port });
    await client.sendMail({ envelope: { from: '', to: [to] }, raw });
    client.close();
    return told;
  }
  const causes = async (address: string) =>
    [...(await app.suppressions.find([address], Date.now())).values()].flat().map(({ cause }) => cause);
  const nothingProven = async () => {
    for (const address of [alice, eve]) assert.deepEqual(await causes(address), []);
    while (heard.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    assert.deepEqual([heard.length, heard[0]?.code, heard[0]?.detail?.matched], [1, undefined, false]);
  };

  for (const file of [
    'postfix-user-unknown.eml',
    'exim-unknown-user.eml',
    'exim-with-status-part.eml',
    'sendmail-user-unknown.eml',
  ])
    for (const isTagged of [false, true])
      it(`holds Alice for ${file}${isTagged ? ' that came to the tag' : ' by its Message-ID'}`, async () => {
        await open(isTagged);
        const record = await mailTo({ to: alice });
        await receive(
          reportOn(isTagged ? 'x@x.example' : record.messageId, file),
          isTagged ? returnAddress(record) : undefined,
        );
        assert.deepEqual(await causes(alice), ['hard-bounce']);
      });

  it('holds Alice for a mail that left before return addresses had tags', async () => {
    await open(false);
    const record = await mailTo({ to: alice });
    await app.close();
    await open(true);
    await receive(reportOn(record.messageId, 'postfix-user-unknown.eml'));
    assert.deepEqual(await causes(alice), ['hard-bounce']);
  });

  it('does not hold Alice because a stranger, who saw her mail, writes a bounce by its Message-ID', async () => {
    await open(true);
    const record = await mailTo({ to: alice });
    const { mail } = await receive(reportOn(record.messageId, 'postfix-user-unknown.eml'));
    assert.deepEqual([mail.about?.emailId, mail.about?.by], [record.id, 'id']);
    await nothingProven();
  });

  for (const [name, fields] of [
    ['in Cc of', { to: alice, cc: eve }],
    ['in Bcc of', { to: alice, bcc: eve }],
    ['beside her in', { to: [alice, eve], copies: 'together' }],
  ] as const)
    for (const file of ['postfix-user-unknown.eml', 'exim-unknown-user.eml', 'arf-abuse.eml'])
      it(`does not hold Alice because somebody ${name} her mail sends ${file} to its return address`, async () => {
        await open(true);
        const record = await mailTo(fields);
        const { mail } = await receive(reportOn(record.messageId, file), returnAddress(record));
        assert.equal(mail.about?.by, 'tag');
        await nothingProven();
      });

  it('does not hold Alice because somebody writes a complaint by her mail’s Message-ID', async () => {
    await open(false);
    const record = await mailTo({ to: alice });
    await receive(reportOn(record.messageId, 'arf-abuse.eml'));
    await nothingProven();
  });

  it('holds Alice for a complaint that returns her mail with its tag', async () => {
    await open(true);
    const record = await mailTo({ to: alice });
    const report = reportOn(record.messageId, 'arf-abuse.eml').replace(
      'news@ours.example>',
      `${returnAddress(record)}>`,
    );
    await receive(report);
    assert.deepEqual(await causes(alice), ['complaint']);
  });

  it('tells of a mail about nothing of ours in one event', async () => {
    await open(true);
    await receive(reportOn('unknown@example.com', 'postfix-two-of-three.eml'));
    await nothingProven();
  });
});
