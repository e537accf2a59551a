import assert from 'node:assert/strict';
import type { EmailError } from '../../../nodes/lib/kernel/errors.ts';
import type { SmtpRoute } from '../../../nodes/lib/settings/app-settings.ts';
import { openSmtpTransport } from '../../../nodes/lib/transport/smtp-transport.ts';
import { NobodyTaken, type OutgoingMail, type Transport } from '../../../nodes/lib/transport/transport.ts';
import { type FakeClock, fakeClock } from '../../support/fake-clock.ts';
import {
  type FakeSmtpOptions,
  type FakeSmtpServer,
  fakeSmtpServer,
  localhostCertificate,
  type SmtpScript,
} from '../../support/fake-smtp-server.ts';

function mailTo(...to: string[]): OutgoingMail {
  const raw = Buffer.from(`From: app@example.com\r\nSubject: Hi\r\n\r\n.leading dot\r\nbye\r\n`);
  return { envelope: { from: 'app@example.com', to }, raw };
}

describe('openSmtpTransport', () => {
  let server: FakeSmtpServer;
  let clock: FakeClock;
  let transport: Transport;

  async function open(
    script: SmtpScript = {},
    given: Partial<SmtpRoute> & { limit?: number; server?: FakeSmtpOptions; silence?: number } = {},
  ): Promise<void> {
    const { limit = 5, silence = 5000, server: options, ...route } = given;
    server = await fakeSmtpServer(script, options);
    clock = fakeClock();
    const timeouts = { connection: 5000, greeting: silence, socket: silence, whole: 60_000 };
    transport = openSmtpTransport(server.route(route), { clock, limit, timeouts });
  }

  afterEach(async () => {
    await transport.close();
    await server.close();
  });

  /** Sockets live outside the fake clock: waits for a fact, not for a time. */
  async function until(fact: () => boolean): Promise<void> {
    while (!fact()) await new Promise((resolve) => setImmediate(resolve));
  }

  async function refusal(mail = mailTo('joe@example.org')): Promise<EmailError> {
    try {
      await transport.deliver(mail);
    } catch (thrown) {
      return thrown as EmailError;
    }
    throw new Error('it was delivered');
  }

  describe('delivering', () => {
    it('hands the mail over as it is and reports the answer', async () => {
      await open();
      const receipt = await transport.deliver(mailTo('joe@example.org', 'ann@example.org'));
      assert.deepEqual(receipt, {
        code: 'sent',
        accepted: ['joe@example.org', 'ann@example.org'],
        refused: [],
        response: '250 2.0.0 Ok: queued as 1F2',
        providerMessageId: '1F2',
      });
      const { raw } = mailTo();
      assert.deepEqual(server.mails, [
        {
          from: 'app@example.com',
          to: ['joe@example.org', 'ann@example.org'],
          raw: Buffer.from(raw).toString(),
        },
      ]);
    });

    it('sends the null reverse-path', async () => {
      await open();
      await transport.deliver({
        ...mailTo('joe@example.org'),
        envelope: { from: '', to: ['joe@example.org'] },
      });
      assert.equal(server.mails[0]?.from, '');
    });

    it('carries a mail of many pieces whole', async () => {
      await open();
      const line = `${'x'.repeat(70)}\r\n`;
      const raw = Buffer.from(`Subject: long\r\n\r\n${line.repeat(5000)}`);
      await transport.deliver({ ...mailTo('joe@example.org'), raw });
      assert.equal(server.mails[0]?.raw, raw.toString());
    });

    for (const pipelining of [true, false])
      it(`reports each recipient the server did not take (${pipelining ? 'with' : 'without'} PIPELINING)`, async () => {
        const answers: Record<string, string> = {
          'gone@example.org': '550 5.1.1 No such user',
          'busy@example.org': '452 4.2.2 Mailbox full',
        };
        await open({ rcpt: (to) => answers[to] }, { server: { pipelining } });
        const receipt = await transport.deliver(
          mailTo('gone@example.org', 'joe@example.org', 'busy@example.org'),
        );
        assert.deepEqual(receipt.accepted, ['joe@example.org']);
        assert.deepEqual(
          receipt.refused.map(({ address, failure }) => [address, failure.code, failure.retryable]),
          [
            ['gone@example.org', 'recipient-refused', false],
            ['busy@example.org', 'recipient-delayed', true],
          ],
        );
        assert.equal(receipt.refused[0]?.failure.detail.status, '5.1.1');
        await transport.deliver(mailTo('joe@example.org'));
        assert.equal(server.connections, 1);
      });

    it('says what became of each when the server takes the mail for nobody', async () => {
      await open({ rcpt: (to) => (to.startsWith('gone') ? '550 5.1.1 Unknown' : '452 4.2.2 Mailbox full') });
      const failure = await refusal(mailTo('gone@example.org', 'busy@example.org'));
      assert.deepEqual([failure.code, failure.retryable], ['recipient-delayed', true]);
      assert.ok(failure instanceof NobodyTaken);
      assert.deepEqual(
        failure.refused.map(({ address, failure }) => [address, failure.code]),
        [
          ['gone@example.org', 'recipient-refused'],
          ['busy@example.org', 'recipient-delayed'],
        ],
      );
    });

    it('refuses a mail beyond the advertised size before sending it', async () => {
      await open({}, { server: { size: 40 } });
      const failure = await refusal();
      assert.equal(failure.code, 'message-too-large');
      assert.equal(failure.retryable, false);
      assert.equal(server.mails.length, 0);
    });
  });

  describe('answers', () => {
    const answers: [keyof SmtpScript, string, string, boolean][] = [
      ['greeting', '554 5.3.2 No service here', 'connect-failed', true],
      ['greeting', '421 4.3.2 Too many concurrent sessions', 'throttled', true],
      ['mail', '421 4.3.2 Closing down', 'throttled', true],
      ['mail', '451 4.3.0 Try again', 'message-delayed', true],
      ['mail', '452 4.3.1 Insufficient storage', 'message-delayed', true],
      ['mail', '454 4.7.0 Throttling failure', 'throttled', true],
      ['mail', '550 5.1.8 Bad sender', 'sender-refused', false],
      ['mail', '552 5.3.4 Too big', 'message-refused', false],
      ['rcpt', '421 4.7.0 Too many errors', 'throttled', true],
      ['rcpt', '450 4.2.0 Greylisted', 'recipient-delayed', true],
      ['rcpt', '451 4.7.1 Try later', 'recipient-delayed', true],
      ['rcpt', '452 4.5.3 Too many recipients', 'recipient-delayed', true],
      ['rcpt', '550 5.1.1 Unknown', 'recipient-refused', false],
      ['data', '451 4.3.5 Configuration', 'message-delayed', true],
      ['data', '554 5.5.1 No', 'message-refused', false],
      ['end', '421 4.3.0 Going down', 'throttled', true],
      ['end', '452 4.3.1 Disk full', 'message-delayed', true],
      ['end', '550 5.7.26 Unauthenticated', 'sender-unauthenticated', true],
      ['end', '554 5.7.1 Spam', 'message-refused', false],
    ];
    for (const [point, answer, code, retryable] of answers)
      it(`takes ${answer} at ${point} as ${code}`, async () => {
        await open({ [point]: () => answer });
        const failure = await refusal();
        assert.deepEqual([failure.code, failure.retryable], [code, retryable]);
        assert.match(failure.message, new RegExp(answer.slice(4)));
        assert.equal(server.mails.length, 0);
      });
  });

  describe('cut connections', () => {
    for (const point of ['mail', 'rcpt', 'data'] as const)
      it(`may try the mail again when the connection ends at ${point}`, async () => {
        await open({ [point]: () => 'drop' });
        const failure = await refusal();
        assert.deepEqual([failure.code, failure.retryable], ['connection-lost', true]);
        assert.equal(server.connections, 1);
      });

    it('does not know whether a mail was taken when the connection ends after its last byte', async () => {
      await open({ end: () => 'drop' });
      const failure = await refusal();
      assert.deepEqual([failure.code, failure.retryable], ['no-answer', false]);
    });

    it('does not know either when the server stays silent after the last byte', async () => {
      await open({ end: () => 'silence' }, { silence: 40 });
      assert.equal((await refusal()).code, 'no-answer');
    });

    it('may try again a long mail that was cut in its middle, as nobody can have taken it', async () => {
      await open({ body: () => 'drop' });
      const raw = Buffer.alloc(20_000_000, 'long line\r\n');
      assert.equal((await refusal({ ...mailTo('joe@example.org'), raw })).code, 'connection-lost');
    });

    it('finds no server', async () => {
      await open();
      await server.close();
      const failure = await refusal();
      assert.deepEqual([failure.code, failure.retryable], ['connect-failed', true]);
      assert.match(failure.message, /nothing answers on this port/);
    });

    it('gives up waiting for a greeting', async () => {
      await open({ greeting: () => 'silence' }, { silence: 40 });
      assert.equal((await refusal()).code, 'connect-failed');
    });
  });

  describe('a server that keeps talking', () => {
    it('is left when it takes half an hour for one mail', async () => {
      let asked = false;
      await open(
        {
          end: () => {
            asked = true;
            return 'silence';
          },
        },
        { silence: 3_600_000 },
      );
      const failing = refusal();
      await until(() => asked);
      await clock.advance(60_000);
      assert.equal((await failing).code, 'no-answer');
      assert.equal(clock.pending(), 0);
    });

    it('is left when it takes half an hour to let us in', async () => {
      let asked = false;
      await open(
        {
          greeting: () => {
            asked = true;
            return 'silence';
          },
        },
        { silence: 3_600_000 },
      );
      const failing = refusal();
      await until(() => asked);
      await clock.advance(60_000);
      assert.equal((await failing).code, 'connect-failed');
    });
  });

  describe('keeping connections', () => {
    it('uses one connection for mails one after the other', async () => {
      await open();
      for (let nth = 0; nth < 5; nth += 1) await transport.deliver(mailTo('joe@example.org'));
      assert.equal(server.connections, 1);
    });

    it('opens no more connections than its limit', async () => {
      await open({}, { limit: 2 });
      await Promise.all(Array.from({ length: 10 }, () => transport.deliver(mailTo('joe@example.org'))));
      assert.deepEqual([server.mails.length, server.peak, server.connections], [10, 2, 2]);
    });

    it('ends a connection after 30 s without a mail', async () => {
      await open();
      await transport.deliver(mailTo('joe@example.org'));
      await clock.advance(29_999);
      assert.equal(server.open, 1);
      await clock.advance(1);
      await until(() => server.open === 0);
      await transport.deliver(mailTo('joe@example.org'));
      assert.equal(server.connections, 2);
    });

    it('changes the connection after 100 mails', async () => {
      await open();
      for (let nth = 0; nth < 101; nth += 1) await transport.deliver(mailTo('joe@example.org'));
      assert.equal(server.connections, 2);
    });

    it('drops a connection on which a mail failed', async () => {
      await open({ rcpt: (_to, nth) => (nth === 1 ? '550 5.1.1 Unknown' : undefined) });
      await refusal();
      await transport.deliver(mailTo('joe@example.org'));
      assert.equal(server.connections, 2);
    });

    it('tries once more on a fresh connection when the kept one was cut by the server', async () => {
      await open({ mail: (_from, nth) => (nth === 2 ? 'drop' : undefined) });
      await transport.deliver(mailTo('joe@example.org'));
      const receipt = await transport.deliver(mailTo('ann@example.org'));
      assert.deepEqual(receipt.accepted, ['ann@example.org']);
      assert.deepEqual([server.mails.length, server.connections], [2, 2]);
    });

    it('tries once more when the server ends the kept connection with 421', async () => {
      await open({ mail: (_from, nth) => (nth === 2 ? '421 4.4.2 Idle for too long' : undefined) });
      await transport.deliver(mailTo('joe@example.org'));
      await transport.deliver(mailTo('ann@example.org'));
      assert.equal(server.connections, 2);
    });

    it('tries once more only once', async () => {
      await open({ mail: (_from, nth) => (nth >= 2 ? 'drop' : undefined) });
      await transport.deliver(mailTo('joe@example.org'));
      assert.equal((await refusal()).code, 'connection-lost');
      assert.equal(server.connections, 2);
    });

    it('never tries once more when the mail may have been taken', async () => {
      await open({ end: (nth) => (nth === 2 ? 'drop' : undefined) });
      await transport.deliver(mailTo('joe@example.org'));
      assert.equal((await refusal()).code, 'no-answer');
      assert.equal(server.connections, 1);
    });

    it('lets go of a connection that the server ended while it was idle', async () => {
      await open();
      await transport.deliver(mailTo('joe@example.org'));
      server.dropAll();
      await until(() => clock.pending() === 0);
      await transport.deliver(mailTo('joe@example.org'));
      assert.equal(server.connections, 2);
    });

    it('serves a mail that waits for a connection although the one before it failed', async () => {
      await open({ end: (nth) => (nth === 1 ? '554 5.7.1 Spam' : undefined) }, { limit: 1 });
      const [first, second] = await Promise.allSettled([
        transport.deliver(mailTo('joe@example.org')),
        transport.deliver(mailTo('ann@example.org')),
      ]);
      assert.deepEqual([first?.status, second?.status], ['rejected', 'fulfilled']);
    });

    it('closes idle connections at once and busy ones after their mail', async () => {
      await open();
      await transport.deliver(mailTo('joe@example.org'));
      const busy = transport.deliver(mailTo('ann@example.org'));
      const other = transport.deliver(mailTo('bob@example.org'));
      await transport.close();
      await Promise.all([busy, other]);
      await until(() => server.open === 0);
      assert.equal(server.mails.length, 3);
      assert.equal((await refusal()).code, 'app-closed');
    });
  });

  describe('TLS', () => {
    const trusted = { ca: localhostCertificate, servername: 'localhost', verify: true };

    for (const security of ['starttls', 'ssl'] as const) {
      it(`encrypts with ${security} when the certificate is trusted`, async () => {
        await open({}, { security, tls: trusted, server: { tls: security } });
        await transport.deliver(mailTo('joe@example.org'));
        assert.match(
          await transport.verify(),
          /^Connected to 127\.0\.0\.1:\d+ with TLSv1\.3, without signing in\.$/,
        );
      });

      it(`refuses an unknown certificate with ${security}`, async () => {
        await open({}, { security, server: { tls: security } });
        const failure = await refusal();
        assert.deepEqual([failure.code, failure.retryable], ['tls-failed', true]);
        assert.match(failure.message, /self-signed certificate/);
      });
    }

    it('refuses a certificate for another name', async () => {
      await open(
        {},
        { security: 'ssl', tls: { ...trusted, servername: 'mail.test' }, server: { tls: 'ssl' } },
      );
      assert.equal((await refusal()).code, 'tls-failed');
    });

    it('takes any certificate only when the person switched verification off', async () => {
      await open({}, { security: 'ssl', tls: { verify: false }, server: { tls: 'ssl' } });
      await transport.deliver(mailTo('joe@example.org'));
      assert.equal(server.mails.length, 1);
    });

    it('sends nothing to a server that does not offer STARTTLS', async () => {
      await open(
        {},
        {
          security: 'starttls',
          login: { kind: 'password', user: 'joe', password: 's3cret' },
          server: { auth: true },
        },
      );
      assert.equal((await refusal()).code, 'starttls-missing');
      assert.deepEqual([server.logins, server.mails], [[], []]);
    });

    it('reports TLS against a plain-text port', async () => {
      await open({}, { security: 'ssl', tls: trusted });
      const failure = await refusal();
      assert.equal(failure.code, 'tls-failed');
      assert.match(failure.message, /does not begin with TLS; choose STARTTLS/);
    });

    it('stays in plain text when the person chose none, whatever the server offers', async () => {
      await open({}, { server: { tls: 'starttls' } });
      await transport.deliver(mailTo('joe@example.org'));
      assert.match(await transport.verify(), /with no encryption/);
    });
  });

  describe('signing in', () => {
    const login = { kind: 'password', user: 'joe', password: 's3cret' } as const;

    it('signs in once per connection', async () => {
      await open({}, { login, server: { auth: true } });
      await transport.deliver(mailTo('joe@example.org'));
      await transport.deliver(mailTo('joe@example.org'));
      assert.deepEqual(server.logins, [{ user: 'joe', password: 's3cret' }]);
      assert.match(await transport.verify(), /signed in as joe\.$/);
    });

    it('reports a refused password as trouble of the route, without the password', async () => {
      await open({ login: () => '535 5.7.8 Bad credentials' }, { login, server: { auth: true } });
      const failure = await refusal();
      assert.deepEqual([failure.code, failure.retryable], ['auth-failed', true]);
      assert.doesNotMatch(JSON.stringify(failure) + failure.message + failure.stack, /s3cret|czNjcmV0/);
      await assert.rejects(transport.verify(), { code: 'auth-failed' });
    });

    it('hides the password in the answer of a server that repeats what it was sent', async () => {
      const line = Buffer.from('\0joe\0s3cret').toString('base64');
      const echo = `535 5.7.8 Not understood: AUTH PLAIN ${line}, s3cret, czNjcmV0`;
      await open({ login: () => echo }, { login, server: { auth: true } });
      const { message } = await refusal();
      assert.match(message, /Not understood: AUTH PLAIN …, …, …/);
    });

    it('takes a sign-in that cannot be checked now as a route that is down', async () => {
      await open(
        { login: () => '454 4.7.0 Temporary authentication failure' },
        { login, server: { auth: true } },
      );
      assert.equal((await refusal()).code, 'connect-failed');
    });

    it('says so when the server offers no sign-in', async () => {
      await open({}, { login });
      const failure = await refusal();
      assert.equal(failure.code, 'auth-failed');
      assert.match(failure.message, /offers no sign-in/);
    });
  });
});
