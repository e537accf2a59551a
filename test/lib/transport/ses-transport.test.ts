import assert from 'node:assert/strict';
import type { EmailError } from '../../../nodes/lib/kernel/errors.ts';
import type { SesRoute } from '../../../nodes/lib/settings/app-settings.ts';
import { openSesTransport } from '../../../nodes/lib/transport/ses-transport.ts';
import type { OutgoingMail, Transport } from '../../../nodes/lib/transport/transport.ts';
import { type FakeClock, fakeClock } from '../../support/fake-clock.ts';
import { type HttpStub, httpStub, type StubAnswer, type StubRequest } from '../../support/http-stub.ts';

const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'very-secret-key', sessionToken: 'secret-token' };
const raw = Buffer.from('From: app@example.com\r\nSubject: Hi\r\n\r\nbye\r\n');

function mailTo(...to: string[]): OutgoingMail {
  return { envelope: { from: 'app@example.com', to }, raw, key: 'mail-1' };
}

function crowd(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `r${index}@example.org`);
}

function failing(name: string, message: string, status = 400): StubAnswer {
  return { status, headers: { 'x-amzn-errortype': name }, body: { message } };
}

describe('openSesTransport', () => {
  let stub: HttpStub;
  let clock: FakeClock;
  let transport: Transport;

  async function open(
    answer: (request: StubRequest) => StubAnswer | Promise<StubAnswer> = () => ({
      body: { MessageId: 'id-1' },
    }),
    given: Partial<SesRoute> & { endpoint?: string } = {},
  ): Promise<void> {
    stub = await httpStub(answer);
    clock = fakeClock();
    const { endpoint = stub.endpoint, ...route } = given;
    transport = openSesTransport(
      { kind: 'ses', aws: { region: 'eu-central-1', keys, endpoint }, bulk: false, ...route },
      { clock, concurrency: 5 },
    );
  }

  afterEach(async () => {
    await transport.close();
    await stub.close();
  });

  function sent(index = 0) {
    return JSON.parse(stub.requests[index]?.body ?? '{}');
  }

  async function refusal(mail = mailTo('joe@example.org')): Promise<EmailError> {
    return transport.deliver(mail).then(
      () => assert.fail('it was delivered'),
      (thrown) => thrown,
    );
  }

  describe('delivering', () => {
    it('hands the mail over as it is and reports the id that SES gave it', async () => {
      await open();
      assert.deepEqual(await transport.deliver(mailTo('joe@example.org', 'bcc@example.org')), {
        code: 'sent',
        accepted: ['joe@example.org', 'bcc@example.org'],
        refused: [],
        response: 'taken by Amazon SES as id-1',
        providerMessageId: 'id-1',
        messageId: 'id-1@eu-central-1.amazonses.com',
      });
      assert.equal(stub.requests[0]?.path, '/v2/email/outbound-emails');
      assert.deepEqual(sent(), {
        FromEmailAddress: 'app@example.com',
        Destination: { ToAddresses: ['joe@example.org', 'bcc@example.org'] },
        Content: { Raw: { Data: raw.toString('base64') } },
        EmailTags: [{ Name: 'email-id', Value: 'mail-1' }],
      });
    });

    it('signs with the keys and the session token', async () => {
      await open();
      await transport.deliver(mailTo('joe@example.org'));
      const { authorization, ...headers } = stub.requests[0]?.headers ?? {};
      assert.match(String(authorization), /Credential=AKIDEXAMPLE\/\d+\/eu-central-1\/ses\/aws4_request/);
      assert.equal(headers['x-amz-security-token'], 'secret-token');
    });

    it('names the configuration set and what is to be tracked', async () => {
      await open(undefined, { configurationSet: 'shop' });
      await transport.deliver({ ...mailTo('joe@example.org'), tracking: { opens: true, clicks: false } });
      const { ConfigurationSetName, ConfigurationOverrides } = sent();
      assert.equal(ConfigurationSetName, 'shop');
      assert.deepEqual(ConfigurationOverrides, {
        Tracking: { OpenTrackingEnabled: 'ENABLED', ClickTrackingEnabled: 'DISABLED' },
      });
    });

    it('sends bounces to an envelope sender that is not the From address', async () => {
      await open();
      const envelope = { from: 'bounce@example.com', to: ['joe@example.org'] };
      await transport.deliver({ envelope, raw, from: 'app@example.com' });
      assert.equal(sent().FromEmailAddress, 'app@example.com');
      assert.equal(sent().FeedbackForwardingEmailAddress, 'bounce@example.com');
    });

    it('keeps its connections for the next mails', async () => {
      await open();
      for (const to of crowd(20)) await transport.deliver(mailTo(to));
      assert.ok(stub.connections() <= 2);
    });

    it('uses no more connections than its concurrency', async () => {
      await open();
      await Promise.all(crowd(40).map((to) => transport.deliver(mailTo(to))));
      assert.equal(stub.requests.length, 40);
      assert.ok(stub.connections() <= 5);
    });

    it('refuses a mail of more than 40 MB before sending it', async () => {
      await open();
      const failure = await refusal({
        ...mailTo('joe@example.org'),
        raw: Buffer.alloc(40 * 1024 * 1024 + 1),
      });
      assert.equal(failure.code, 'message-too-large');
      assert.equal(stub.requests.length, 0);
    });

    it('names the Message-ID of us-east-1 as SES does there', async () => {
      await open(undefined, {});
      const { endpoint } = stub;
      const aws = { region: 'us-east-1', keys, endpoint };
      transport = openSesTransport({ kind: 'ses', aws, bulk: false }, { clock, concurrency: 1 });
      const { messageId } = await transport.deliver(mailTo('joe@example.org'));
      assert.equal(messageId, 'id-1@email.amazonses.com');
    });
  });

  describe('with more than 50 recipients', () => {
    const ids = () => ({ body: { MessageId: `id-${stub.requests.length}` } });
    const lots = () => stub.requests.map((_, index) => sent(index).Destination.ToAddresses.length);

    it('hands the same mail over in requests of 50', async () => {
      await open(ids);
      const { accepted, providerMessageId } = await transport.deliver(mailTo(...crowd(120)));
      assert.deepEqual(lots(), [50, 50, 20]);
      assert.equal(accepted.length, 120);
      assert.equal(providerMessageId, 'id-1');
      assert.ok(stub.requests.every((_, index) => sent(index).Content.Raw.Data === raw.toString('base64')));
    });

    it('reports the recipients of a request that SES wants later, and asks for no more', async () => {
      await open(() =>
        stub.requests.length === 2 ? failing('TooManyRequestsException', 'slow', 429) : ids(),
      );
      const { accepted, refused } = await transport.deliver(mailTo(...crowd(120)));
      assert.deepEqual(lots(), [50, 50]);
      assert.deepEqual(accepted, crowd(50));
      assert.deepEqual(
        refused.map(({ address }) => address),
        crowd(120).slice(50),
      );
      assert.ok(refused.every(({ failure }) => failure.code === 'throttled' && failure.retryable));
    });

    it('goes on after a request that SES will never take', async () => {
      await open(() => (stub.requests.length === 1 ? failing('MessageRejected', 'virus') : ids()));
      const { accepted, refused } = await transport.deliver(mailTo(...crowd(60)));
      assert.deepEqual([accepted.length, refused.length], [10, 50]);
      assert.ok(refused.every(({ failure }) => !failure.retryable));
    });

    it('does not repeat what may have been taken when another request was', async () => {
      await open(() => (stub.requests.length === 2 ? (response) => response.destroy() : ids()));
      const { accepted, refused } = await transport.deliver(mailTo(...crowd(60)));
      assert.equal(accepted.length, 50);
      assert.ok(refused.every(({ failure }) => failure.code === 'no-answer' && !failure.retryable));
    });

    it('is not certain when no request was taken and one got no answer', async () => {
      await open(() =>
        stub.requests.length === 1 ? (response) => response.destroy() : failing('MessageRejected', 'x'),
      );
      assert.equal((await refusal(mailTo(...crowd(60)))).code, 'no-answer');
    });
  });

  describe('failing', () => {
    it('does not know what became of a mail whose connection broke before the answer', async () => {
      await open(() => (response) => response.destroy());
      const failure = await refusal();
      assert.deepEqual([failure.code, failure.retryable], ['no-answer', false]);
      assert.equal(stub.requests.length, 1);
    });

    it('does not know what became of a mail when the answer is cut short', async () => {
      await open(() => (response) => {
        response.writeHead(200, { 'content-length': '100' }).write('{"Mess');
        setImmediate(() => response.destroy());
      });
      assert.equal((await refusal()).code, 'no-answer');
    });

    it('does not know what became of a mail when the answer is none of AWS', async () => {
      await open(() => ({ body: '<html>welcome</html>' }));
      assert.equal((await refusal()).code, 'no-answer');
    });

    for (const body of [{}, { MessageId: { toString: 1 } }, { MessageId: 'x>\r\nBcc: eve@example.net' }])
      it(`takes no mail for sent when the answer does not name it: ${JSON.stringify(body)}`, async () => {
        await open(() => ({ body }));
        assert.equal((await refusal()).code, 'no-answer');
      });

    for (const status of [302, 403, 404, 407, 451])
      for (const body of ['{}', '<html>log in first</html>'])
        it(`loses no mail to a portal or proxy that answers ${status} ${body} in place of AWS`, async () => {
          await open(() => ({ status, body }));
          const { code, retryable, message } = await refusal();
          assert.deepEqual([code, retryable], ['aws-unreachable', true]);
          assert.equal(message, `AWS cannot be reached: it is not AWS that answers (HTTP ${status}).`);
        });

    it('keeps no more of an endless answer than there is room for', async () => {
      const megabyte = Buffer.alloc(1_048_576, 32);
      let sent = 0;
      await open(() => (response) => {
        const go = (): void => {
          do sent += 1;
          while (!response.destroyed && response.write(megabyte));
        };
        response.on('drain', go);
        go();
      });
      assert.equal((await refusal()).code, 'no-answer');
      assert.ok(sent < 100, `${sent} MB`);
    });

    it('does not know what became of a mail when no answer comes in a minute', async () => {
      const begun = Promise.withResolvers<void>();
      await open(() => () => begun.resolve());
      const failing = refusal();
      await begun.promise;
      await clock.advance(60_000);
      assert.equal((await failing).code, 'no-answer');
    });

    it('knows that nothing was sent when nobody answers', async () => {
      await open(undefined, { endpoint: 'http://127.0.0.1:9' });
      const failure = await refusal();
      assert.deepEqual([failure.code, failure.retryable], ['aws-unreachable', true]);
    });

    it('knows that nothing was sent when TLS fails', async () => {
      await open();
      await transport.close();
      const endpoint = stub.endpoint.replace('http:', 'https:');
      const aws = { region: 'eu-central-1', keys, endpoint };
      transport = openSesTransport({ kind: 'ses', aws, bulk: false }, { clock, concurrency: 1 });
      assert.deepEqual([(await refusal()).code, stub.requests.length], ['aws-unreachable', 0]);
    });

    it('asks once: when to try again is for others to say', async () => {
      await open(() => failing('InternalServiceErrorException', 'oops', 500));
      const failure = await refusal();
      assert.deepEqual([failure.code, failure.retryable, stub.requests.length], ['message-delayed', true, 1]);
    });

    const unverified = (who: string) =>
      failing(
        'MessageRejected',
        `Email address is not verified. The following identities failed the check in region EU-CENTRAL-1: ${who}`,
      );

    it('tells a sandbox from a sender that is not verified', async () => {
      await open(({ body }) => unverified(body.includes('joe') ? 'Joe@example.org' : 'example.com'));
      const [sandbox, sender] = [await refusal(), await refusal(mailTo('ann@example.org'))];
      assert.deepEqual([sandbox.code, sender.code], ['ses-sandbox', 'ses-unverified']);
      assert.match(sandbox.message, /sandbox.*Joe@example\.org/);
      assert.match(sender.message, /example\.com/);
    });

    it('never shows the keys, whatever AWS quotes of the request', async () => {
      const leak = `The Canonical String should have been 'x-amz-security-token:${keys.sessionToken}' ${keys.secretAccessKey}`;
      await open(() => failing('SignatureDoesNotMatch', leak, 403));
      const failure = await refusal();
      assert.equal(failure.code, 'aws-keys-refused');
      const shown = JSON.stringify([failure, failure.message, failure.stack, failure.cause, failure.detail]);
      for (const secret of Object.values(keys)) assert.ok(!shown.includes(secret));
      assert.equal(failure.cause, undefined);
    });
  });

  it('never shows the session token to those who read errors, though a proxy repeats the request', async () => {
    const token = 'IQoJb3JpZ2luX2VjE'.repeat(40);
    await open(() => failing('BadRequestException', `I was sent X-Amz-Security-Token: ${token}.`));
    const { message, detail } = await refusal();
    assert.ok(!JSON.stringify([message, detail]).includes(token.slice(0, 20)), message);
  });

  describe('asking for the account', () => {
    const account = {
      ProductionAccessEnabled: true,
      SendingEnabled: true,
      EnforcementStatus: 'HEALTHY',
      SendQuota: { Max24HourSend: 50000, MaxSendRate: 14, SentLast24Hours: 200 },
    };

    it('says in words what it may send', async () => {
      await open(() => ({ body: account }));
      assert.equal(
        await transport.verify(),
        'Connected to Amazon SES in eu-central-1: production access, 14 a second, 50000 in 24 hours, 200 used.',
      );
      assert.equal(stub.requests[0]?.path, '/v2/email/account');
    });

    it('says that it is in the sandbox, and on probation', async () => {
      await open(() => ({
        body: { ...account, ProductionAccessEnabled: false, EnforcementStatus: 'PROBATION' },
      }));
      assert.match(await transport.verify(), /in the sandbox.*on probation/);
    });

    for (const [change, code] of [
      [{ EnforcementStatus: 'SHUTDOWN' }, 'ses-suspended'],
      [{ SendingEnabled: false }, 'ses-paused'],
    ] as const)
      it(`refuses an account that cannot send: ${code}`, async () => {
        await open(() => ({ body: { ...account, ...change } }));
        await assert.rejects(transport.verify(), { code });
      });

    it('tells the quota', async () => {
      await open(() => ({ body: { ...account, SendQuota: { ...account.SendQuota, Max24HourSend: -1 } } }));
      assert.deepEqual(await transport.quota?.(), { perSecond: 14, perDay: Infinity, usedToday: 200 });
    });

    for (const odd of ['NaN', 'Infinity', '-Infinity'])
      it(`takes no ${odd} for a quota, with which no mail would leave any more`, async () => {
        const SendQuota = { MaxSendRate: odd, Max24HourSend: odd, SentLast24Hours: odd };
        await open(() => ({ body: { ...account, SendQuota } }));
        assert.deepEqual(await transport.quota?.(), { perSecond: 1, perDay: 200, usedToday: 0 });
      });
  });

  describe('without keys', () => {
    const names = [
      'AWS_ACCESS_KEY_ID',
      'AWS_SECRET_ACCESS_KEY',
      'AWS_EC2_METADATA_DISABLED',
      'AWS_CONFIG_FILE',
      'AWS_SHARED_CREDENTIALS_FILE',
    ];
    const before = names.map((name) => process.env[name]);

    afterEach(() => {
      names.forEach((name, index) => {
        const value = before[index];
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      });
    });

    async function openWithoutKeys(): Promise<void> {
      process.env.AWS_EC2_METADATA_DISABLED = 'true';
      process.env.AWS_CONFIG_FILE = process.env.AWS_SHARED_CREDENTIALS_FILE = '/nowhere';
      await open();
      transport = openSesTransport(
        { kind: 'ses', aws: { region: 'eu-central-1', endpoint: stub.endpoint }, bulk: false },
        { clock, concurrency: 1 },
      );
    }

    it('takes those of the environment', async () => {
      Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'AKIDFROMENV', AWS_SECRET_ACCESS_KEY: 'x' });
      await openWithoutKeys();
      await transport.deliver(mailTo('joe@example.org'));
      assert.match(String(stub.requests[0]?.headers.authorization), /Credential=AKIDFROMENV\//);
    });

    it('says that there are none', async () => {
      delete process.env.AWS_ACCESS_KEY_ID;
      delete process.env.AWS_SECRET_ACCESS_KEY;
      await openWithoutKeys();
      const failure = await refusal();
      assert.deepEqual([failure.code, failure.retryable], ['aws-keys-refused', true]);
      assert.match(failure.message, /environment/);
    });
  });
});
