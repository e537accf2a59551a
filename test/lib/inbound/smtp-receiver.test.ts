import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import type { InboundQueue } from '../../../nodes/lib/inbound/inbound-queue.ts';
import {
  type ReceivingApp,
  type SmtpReceivers,
  smtpReceivers,
} from '../../../nodes/lib/inbound/smtp-receiver.ts';
import { type SmtpLimits, usualLimits } from '../../../nodes/lib/inbound/smtp-sessions.ts';
import { EmailError } from '../../../nodes/lib/kernel/errors.ts';
import type { ReceiverSettings } from '../../../nodes/lib/settings/inbound-settings.ts';
import { assertRefused } from '../../support/assert-refused.ts';
import { type FakeClock, fakeClock } from '../../support/fake-clock.ts';
import { type MemoryInboundQueue, memoryInboundQueue } from '../../support/memory-inbound-queue.ts';
import { type SmtpDialogue, smtpDialogue } from '../../support/smtp-dialogue.ts';
import { findFreePort } from '../../support/start-node-red.ts';

const fixture = (name: string) => readFileSync(new URL(`../../fixtures/${name}`, import.meta.url), 'utf8');
const tls = { cert: fixture('localhost.cert.pem'), key: fixture('localhost.key.pem') };
const ours = 'in-abc@mx.b.example';
const mail = 'Subject: hello\r\n\r\nhello\r\n';

describe('smtpReceivers', () => {
  let clock: FakeClock;
  let queue: MemoryInboundQueue;
  let receivers: SmtpReceivers;
  let troubles: EmailError[];
  let port: number;
  const opened: (() => Promise<void>)[] = [];
  const dialogues: SmtpDialogue[] = [];

  beforeEach(() => {
    clock = fakeClock();
    queue = memoryInboundQueue();
    troubles = [];
    receivers = receiversWith({});
  });
  afterEach(async () => {
    for (const dialogue of dialogues.splice(0)) dialogue.cut();
    for (const close of opened.splice(0)) await close();
  });

  const receiversWith = (limits: Partial<SmtpLimits>) =>
    smtpReceivers({ ...usualLimits, closeTime: 300, ...limits });

  async function open(settings: Partial<ReceiverSettings> = {}, app: Partial<ReceivingApp> = {}) {
    const source = await receivers.open(
      { host: 'mx.b.example', address: '127.0.0.1', port: 0, addresses: [], ...settings },
      {
        appId: 'app00001',
        forwardingAddress: ours,
        queue,
        maxMailBytes: 40_000_000,
        clock,
        onTrouble: (error) => troubles.push(error),
        ...app,
      },
    );
    opened.push(source.close);
    port = source.port;
    return source;
  }

  async function talk(): Promise<SmtpDialogue> {
    const dialogue = await smtpDialogue(port);
    dialogues.push(dialogue);
    return dialogue;
  }

  /** Hands a mail over in a connection of its own; resolves with the reply to its data. */
  async function send(data = mail, to = ours): Promise<string> {
    const client = await talk();
    await client.announce(to);
    return client.say(`${data}.`);
  }

  const failing = (error: EmailError): Pick<InboundQueue, 'accept'> => ({
    async accept(raw) {
      for await (const _chunk of raw) break;
      throw error;
    },
  });

  describe('a mail', () => {
    it('is on disk when it is acknowledged, with who brought it', async () => {
      const source = await open();
      assert.deepEqual(source.state(), { source: 'smtp', connected: true });
      assert.match(await send(), /^250 2\.6\.0 Queued as [\w-]{36}$/);
      const [raw = ''] = queue.raws();
      const received =
        'Received: from mx.a.example ([127.0.0.1])\r\n\tby mx.b.example with ESMTP\r\n' +
        '\tfor <in-abc@mx.b.example>; Mon, 05 Jan 2026 12:00:00 +0000\r\n';
      assert.equal(raw, received + mail);
      assert.deepEqual(queue.facts(), [
        {
          source: 'smtp',
          envelope: { from: 'ann@a.example', to: [ours] },
          receivedAt: clock.now(),
          peer: { ip: '127.0.0.1', helo: 'mx.a.example' },
        },
      ]);
      assert.deepEqual(source.state(), { source: 'smtp', connected: true, lastMailAt: clock.now() });
    });

    it('is not acknowledged before it is on disk', async () => {
      let store = (): void => {};
      const stored = new Promise<void>((resolve) => (store = resolve));
      await open({}, { queue: { accept: async (...all) => stored.then(() => queue.accept(...all)) } });
      const client = await talk();
      await client.announce(ours);
      const reply = client.say(`${mail}.`);
      const early = await Promise.race([
        reply,
        new Promise((resolve) => setTimeout(resolve, 50, 'nothing yet')),
      ]);
      assert.equal(early, 'nothing yet');
      store();
      assert.match(await reply, /^250 /);
    });

    it('may have the null sender, several recipients of the app, and dots at the start of lines', async () => {
      await open({ addresses: ['info@b.example'] });
      const client = await talk();
      await client.say('EHLO mx.a.example');
      await client.say('MAIL FROM:<>');
      await client.say(`RCPT TO:<${ours}>`);
      await client.say('RCPT TO:<Info@B.example>');
      await client.say('DATA');
      assert.match(await client.say('A: b\r\n\r\n..\r\n...x\r\n.'), /^250 /);
      assert.deepEqual(queue.facts()[0]?.envelope, { from: '', to: [ours, 'Info@B.example'] });
      assert.match(
        String(queue.raws()[0]),
        /by mx\.b\.example with ESMTP; .*\r\nA: b\r\n\r\n\.\r\n\.\.x\r\n$/,
      );
    });

    it('is one of many in a connection', async () => {
      await open();
      const client = await talk();
      for (let count = 0; count < 3; count++) {
        await client.announce(ours);
        assert.match(await client.say(`${mail}.`), /^250 /);
      }
      assert.equal(queue.raws().length, 3);
    });

    it('is not there if the client was cut off in the middle', async () => {
      await open();
      const client = await talk();
      await client.announce(ours);
      client.write(mail.repeat(10_000));
      client.cut();
      assert.match(await send('Subject: next\r\n\r\n'), /^250 /);
      assert.equal(queue.raws().length, 1);
      assert.match(String(queue.raws()[0]), /Subject: next/);
    });
  });

  describe('a mail that is not taken', () => {
    it('is refused for good when it is too large, after all of it was heard', async () => {
      await open({}, { maxMailBytes: 100_000 });
      const client = await talk();
      await client.announce(ours);
      client.write('x'.repeat(70).concat('\r\n').repeat(20_000));
      assert.match(await client.say('.'), /^552 5\.3\.4 |^552 5\.2\.2 /);
      assert.match(await client.say('NOOP'), /^250 /);
      assert.deepEqual([queue.raws(), troubles], [[], []]);
    });

    it('is refused before it is sent when it says that it is too large', async () => {
      await open({}, { maxMailBytes: 100_000 });
      const client = await talk();
      assert.match(await client.say('EHLO a'), /^250[- ]SIZE 100000$/m);
      assert.match(await client.say('MAIL FROM:<a@a.example> SIZE=100001'), /^552 5\.3\.4 /);
    });

    for (const [code, reply] of [
      ['disk-full', /^452 4\.3\.1 No room/],
      ['inbound-full', /^452 4\.3\.1 No room/],
      ['store-unavailable', /^451 4\.3\.0 /],
      ['internal-error', /^451 4\.3\.0 /],
    ] as const)
      it(`is to be sent again after ${code}, and the app is told`, async () => {
        const error = new EmailError(code, { detail: { value: '', why: '' } });
        await open({}, { queue: failing(error) });
        const client = await talk();
        await client.announce(ours);
        client.write(mail.repeat(20_000));
        assert.match(await client.say('.'), reply);
        assert.deepEqual(troubles, [error]);
        assert.match(await client.say('NOOP'), /^250 /);
      });
  });

  describe('a recipient', () => {
    const answerTo = async (client: SmtpDialogue, address: string) => {
      await client.say('MAIL FROM:<ann@a.example>');
      return client.say(`RCPT TO:<${address}>`);
    };
    const taken = [
      'in-abc@mx.b.example',
      'IN-ABC@MX.B.EXAMPLE',
      'in-abc+tag@mx.b.example',
      'anything@c.example',
      'Info@b.example',
    ];
    const refused = [
      'x@mx.b.example',
      'in-ab@mx.b.example',
      'info@c.example.org',
      'x@sub.c.example',
      'x@b.example',
      'postmaster@d.example',
    ];

    it('is taken if it is the app’s', async () => {
      await open({ addresses: ['@c.example', 'info@b.example'] });
      const client = await talk();
      await client.say('EHLO a');
      for (const address of taken) {
        assert.match(await answerTo(client, address), /^250 2\.1\.5 /, address);
        await client.say('RSET');
      }
    });

    it('is refused otherwise, at once: nothing is relayed, nothing is bounced later', async () => {
      await open({ addresses: ['@c.example', 'info@b.example'] });
      const client = await talk();
      await client.say('EHLO a');
      for (const address of refused) {
        assert.match(await answerTo(client, address), /^550 5\.1\.1 No such address here$/, address);
        await client.say('RSET');
      }
      assert.match(await client.say('DATA'), /^503 /);
    });

    it('ends the connection of one who looks for addresses', async () => {
      receivers = receiversWith({ strangers: 2 });
      await open();
      const client = await talk();
      await client.say('EHLO a');
      const replies = [];
      for (const name of ['a', 'b', 'c']) replies.push(await answerTo(client, `${name}@mx.b.example`));
      assert.deepEqual(
        replies.map((reply) => reply.slice(0, 3)),
        ['550', '550', '421'],
      );
      assert.equal(await client.say('NOOP'), '');
    });

    it('is one of so many at most', async () => {
      receivers = receiversWith({ recipients: 2 });
      await open({ addresses: ['@c.example'] });
      const client = await talk();
      await client.say('EHLO a');
      await client.say('MAIL FROM:<a@a.example>');
      const replies = [];
      for (const name of ['a', 'b', 'c']) replies.push(await client.say(`RCPT TO:<${name}@c.example>`));
      assert.match(String(replies[2]), /^452 4\.5\.3 /);
    });
  });

  describe('apps that share an address and port', () => {
    const other = { appId: 'app00002', forwardingAddress: 'in-xyz@mx.b.example' };
    beforeEach(async () => {
      port = await findFreePort();
    });

    it('get each the mail for their own recipients, an address of its own before a whole domain', async () => {
      const second = memoryInboundQueue();
      await open({ port, addresses: ['@c.example'] });
      await open({ port, addresses: ['info@c.example'] }, { ...other, queue: second });
      for (const to of ['any@c.example', 'info@c.example', other.forwardingAddress])
        await send(`A: to ${to}\r\n\r\n`, to);
      assert.deepEqual(
        [queue, second].map(({ raws }) => raws().map((raw) => /^A: to (.*)\r$/m.exec(raw)?.[1])),
        [['any@c.example'], ['info@c.example', other.forwardingAddress]],
      );
    });

    it('get no mail together: the sender is to send two', async () => {
      await open({ port });
      await open({ port }, other);
      const client = await talk();
      await client.say('EHLO a');
      await client.say('MAIL FROM:<a@a.example>');
      assert.match(await client.say(`RCPT TO:<${ours}>`), /^250 /);
      assert.match(await client.say(`RCPT TO:<${other.forwardingAddress}>`), /^451 /);
      await client.say('RSET');
      await client.say('MAIL FROM:<a@a.example>');
      assert.match(await client.say(`RCPT TO:<${other.forwardingAddress}>`), /^250 /);
    });

    it('may not have the same address, nor another certificate', async () => {
      await open({ port, addresses: ['info@b.example'] });
      await assertRefused(
        () => open({ port, addresses: ['info@b.example'] }, other),
        'bad-settings',
        'receiverAddresses',
      );
      await assertRefused(() => open({ port, tls }, other), 'bad-settings', 'receiverTls');
    });

    it('listen until the last is closed, and can open again at once', async () => {
      const first = await open({ port });
      const second = await open({ port }, other);
      await first.close();
      assert.match(await send(), /^50\d /);
      const closing = second.close();
      await open({ port });
      await closing;
      assert.match(await send(), /^250 /);
    });
  });

  describe('a port', () => {
    it('that is taken is named as trouble', async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port: busy } = server.address() as AddressInfo;
      await assertRefused(() => open({ port: busy }), 'bad-settings', 'receiverPort');
      server.close();
      await once(server, 'close');
      await open({ port: busy });
    });

    it('needs the package smtp-server', async () => {
      receivers = smtpReceivers(usualLimits, () => Promise.reject(new Error('not found')));
      const error = await assertRefused(() => open(), 'missing-package');
      assert.equal(error.detail.value, 'smtp-server');
    });
  });

  describe('TLS', () => {
    it('is offered with a certificate, and what was said before it counts for nothing', async () => {
      await open({ tls });
      const client = await talk();
      assert.match(await client.say('EHLO a'), /STARTTLS/);
      await client.say('MAIL FROM:<a@a.example>');
      await client.startTls();
      assert.match(await client.say(`RCPT TO:<${ours}>`), /^503 /);
      assert.doesNotMatch(await client.say('EHLO a'), /STARTTLS|AUTH/);
      await client.announce(ours);
      assert.match(await client.say(`${mail}.`), /^250 /);
      assert.match(String(queue.raws()[0]), /with ESMTPS\r\n/);
    });

    it('takes no commands that were smuggled in before it', async () => {
      await open({ tls });
      const client = await talk();
      await client.say('EHLO a');
      client.write('STARTTLS\r\nNOOP\r\nMAIL FROM:<evil@a.example>\r\n');
      assert.match(await client.say(), /^220 /);
      const later = await Promise.race([
        client.say(),
        new Promise((resolve) => setTimeout(resolve, 50, 'silence')),
      ]);
      assert.match(String(later), /^silence$|^$/);
    });

    it('is not offered without a certificate', async () => {
      await open();
      const client = await talk();
      assert.doesNotMatch(await client.say('EHLO a'), /STARTTLS|AUTH/);
      assert.match(await client.say('STARTTLS'), /^50\d /);
    });

    it('needs a certificate that can be read', async () => {
      await assertRefused(() => open({ tls: { cert: 'x', key: 'y' } }), 'bad-settings', 'receiverPort');
    });
  });

  it('lets nobody sign in', async () => {
    await open({ tls });
    const client = await talk();
    await client.startTls();
    await client.say('EHLO a');
    assert.match(await client.say('AUTH PLAIN AGEAYg=='), /^50\d /);
  });

  describe('limits', () => {
    it('are so many connections from an address', async () => {
      receivers = receiversWith({ perAddress: 2 });
      await open();
      await talk();
      const second = await talk();
      const third = await talk();
      assert.equal(await third.say('NOOP'), '', 'it was told to go');
      assert.match(await second.say('QUIT'), /^221 /);
      await new Promise((resolve) => setTimeout(resolve, 50));
      assert.match(await (await talk()).say('NOOP'), /^250 /);
    });

    it('are so many connections in all', async () => {
      receivers = receiversWith({ inAll: 1 });
      await open();
      await talk();
      assert.equal(await (await talk()).say('NOOP'), '');
    });

    it('are so much time for a connection, whatever it does with it', async () => {
      await open();
      const client = await talk();
      await client.announce(ours);
      client.write('Subject: slow\r\n');
      await clock.advance(usualLimits.sessionTime - 1);
      client.write('X: y\r\n');
      await clock.advance(1);
      assert.equal(await client.say(), '');
      assert.deepEqual(queue.raws(), []);
    });

    it('are so much time in which nothing comes', async () => {
      receivers = receiversWith({ idleTime: 300 });
      await open();
      const client = await talk();
      assert.match(await client.say(), /^421 /);
    });

    it('are so many mails in a connection, and so long a command', async () => {
      receivers = receiversWith({ mails: 1 });
      await open();
      const client = await talk();
      await client.say('EHLO a');
      assert.match(await client.say('MAIL FROM:<a@a.example>'), /^250 /);
      await client.say('RSET');
      assert.match(await client.say('MAIL FROM:<a@a.example>'), /^421 /);
      assert.match(await (await talk()).say(`NOOP ${'x'.repeat(5000)}`), /^421 /);
    });
  });

  describe('close', () => {
    it('sends those between two mails away at once, and waits for a mail under way', async () => {
      const source = await open();
      const idle = await talk();
      const busy = await talk();
      await busy.announce(ours);
      busy.write('Subject: late\r\n');
      await new Promise((resolve) => setTimeout(resolve, 50));
      const closing = source.close();
      assert.match(await idle.say(), /^421 /);
      assert.match(await busy.say('\r\nbody\r\n.'), /^250 /);
      busy.cut();
      await closing;
      assert.equal(queue.raws().length, 1);
    });

    it('waits for nobody longer than its time', async () => {
      const source = await open();
      const slow = await talk();
      await slow.announce(ours);
      await source.close();
      assert.deepEqual(queue.raws(), []);
    });
  });

  describe('a mail that smuggles another one', () => {
    const inner =
      'MAIL FROM:<evil@a.example>\r\nRCPT TO:<in-abc@mx.b.example>\r\nDATA\r\nSubject: smuggled\r\n\r\n';
    const endings = [
      '\n.\n',
      '\n.\r\n',
      '\r\n.\n',
      '\r.\r',
      '\r\n.\r',
      '\r.\r\n',
      '\n\0.\r\n',
      '\r\n\0.\r\n',
      '\n.\r',
    ];
    for (const ending of endings)
      it(`with ${JSON.stringify(ending)} stays one mail`, async () => {
        await open();
        const client = await talk();
        await client.announce(ours);
        client.write(`Subject: outer\r\n\r\nbody${ending}${inner}x`);
        assert.match(await client.say('\r\n.'), /^250 /);
        assert.match(await client.say('NOOP'), /^250 /);
        assert.equal(queue.raws().length, 1);
        assert.match(String(queue.raws()[0]), /Subject: smuggled/);
      });

    it('is seen by this test: with the real ending there are two', async () => {
      await open();
      const client = await talk();
      await client.announce(ours);
      client.write(`Subject: outer\r\n\r\nbody\r\n.\r\n${inner}x\r\n.\r\nNOOP\r\n`);
      for (let replies = 0; replies < 6; replies++) await client.say();
      assert.equal(queue.raws().length, 2);
    });
  });
});
