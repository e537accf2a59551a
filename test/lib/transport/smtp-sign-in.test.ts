import assert from 'node:assert/strict';
import { EmailError } from '../../../nodes/lib/kernel/errors.ts';
import type { AccessTokens } from '../../../nodes/lib/transport/access-tokens.ts';
import { openSmtpTransport } from '../../../nodes/lib/transport/smtp-transport.ts';
import type { Transport } from '../../../nodes/lib/transport/transport.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { type FakeSmtpServer, fakeSmtpServer, type Reaction } from '../../support/fake-smtp-server.ts';
import { sampleOAuthLogin } from '../../support/sample-oauth.ts';

const mail = {
  envelope: { from: 'shop@example.com', to: ['joe@example.org'] },
  raw: Buffer.from('Subject: Hi\r\n\r\nHi\r\n'),
};

describe('signing in by OAuth token', () => {
  let server: FakeSmtpServer;
  let transport: Transport;
  let refused: string[];

  afterEach(async () => {
    await transport?.close();
    await server.close();
  });

  const login = sampleOAuthLogin();

  async function open(
    give: () => string,
    react: (token: string) => Reaction = () => undefined,
    authMethods = ['PLAIN', 'XOAUTH2'],
  ) {
    refused = [];
    const tokens: AccessTokens = {
      current: async () => give(),
      refused: (token) => refused.push(token),
    };
    const script = { login: () => react(server.logins.at(-1)?.token ?? '') };
    server = await fakeSmtpServer(script, { auth: true, authMethods });
    const timeouts = { connection: 5000, greeting: 5000, socket: 5000, whole: 60_000 };
    transport = openSmtpTransport(server.route({ login }), {
      clock: fakeClock(),
      limit: 2,
      timeouts,
      tokens,
    });
  }

  async function failure(): Promise<EmailError> {
    try {
      await transport.deliver(mail);
    } catch (thrown) {
      return thrown as EmailError;
    }
    throw new Error('it was delivered');
  }

  /** First an old token, then fresh ones. */
  function renewing(): () => string {
    let count = 0;
    return () => (refused.length > count ? `ya29.fresh-${++count}` : `ya29.token-${count}`);
  }

  it('sends with the token, once per connection', async () => {
    await open(() => 'ya29.token');
    await transport.deliver(mail);
    await transport.deliver(mail);
    assert.equal(server.mails.length, 2);
    assert.deepEqual(server.logins, [{ user: 'shop@example.com', password: '', token: 'ya29.token' }]);
    assert.match(await transport.verify(), /signed in as shop@example\.com/);
    assert.deepEqual(refused, []);
  });

  for (const refusal of ['334', '535 5.7.8 Username and Password not accepted'])
    it(`tries one fresh token after “${refusal}”`, async () => {
      await open(renewing(), (token) => (token.includes('fresh') ? undefined : refusal));
      await transport.deliver(mail);
      assert.deepEqual(refused, ['ya29.token-0']);
      assert.deepEqual(
        server.logins.map(({ token }) => token),
        ['ya29.token-0', 'ya29.fresh-1'],
      );
      assert.equal(server.connections, 1);
    });

  it('gives up after the fresh one, as trouble of the route that shows no token', async () => {
    const echo = (token: string) => {
      const line = Buffer.from(`user=shop@example.com\x01auth=Bearer ${token}\x01\x01`).toString('base64');
      return `535 5.7.3 What is ${line} and ${token} and ${Buffer.from(token).toString('base64')}?`;
    };
    await open(renewing(), echo);
    const error = await failure();
    assert.deepEqual([error.code, error.retryable], ['auth-failed', true]);
    assert.match(error.message, /What is … and … and …\?/);
    assert.equal(server.logins.length, 2);
    assert.deepEqual(refused, ['ya29.token-0', 'ya29.fresh-1']);
    assert.doesNotMatch(JSON.stringify([error, error.cause, error.stack]), /ya29|eWEyOS/);
  });

  it('makes no connection while there is no token, and passes the reason on', async () => {
    const reason = new EmailError('sign-in-needed', { detail: { value: 'x', why: 'y' }, retryable: true });
    await open(() => {
      throw reason;
    });
    assert.equal(await failure(), reason);
    assert.equal(server.connections, 0);
  });

  it('passes the reason on when there is no fresh token', async () => {
    const reason = new EmailError('oauth-failed', { detail: { value: 'x', why: 'y' }, retryable: true });
    await open(
      () => {
        if (refused.length > 0) throw reason;
        return 'ya29.token';
      },
      () => '535 5.7.8 No',
    );
    assert.equal(await failure(), reason);
  });

  const others: [Reaction, string][] = [
    ['535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled', 'auth-failed'],
    ['454 4.7.0 Temporary authentication failure', 'connect-failed'],
    ['421 4.7.0 Too many connections', 'connect-failed'],
    ['drop', 'connect-failed'],
  ];
  for (const [reaction, code] of others)
    it(`does not blame the token for “${reaction}”`, async () => {
      await open(
        () => 'ya29.token',
        () => reaction,
      );
      assert.equal((await failure()).code, code);
      assert.deepEqual(refused, []);
      assert.equal(server.logins.length, 1);
    });

  it('says so when the server takes no tokens', async () => {
    await open(() => 'ya29.token', undefined, ['PLAIN']);
    const error = await failure();
    assert.equal(error.code, 'auth-failed');
    assert.match(error.message, /XOAUTH2/);
    assert.equal(server.logins.length, 0);
  });

  it('says that nobody has signed in when there are no tokens at all', async () => {
    await open(() => 'unused');
    await transport.close();
    transport = openSmtpTransport(server.route({ login }), { clock: fakeClock(), limit: 1 });
    const error = await failure();
    assert.deepEqual([error.code, error.retryable], ['sign-in-needed', true]);
  });
});
