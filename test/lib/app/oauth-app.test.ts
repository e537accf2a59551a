import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EmailApp } from '../../../nodes/lib/app/email-app.ts';
import { openEmailApp } from '../../../nodes/lib/app/open-email-app.ts';
import { testConnection } from '../../../nodes/lib/app/test-route.ts';
import type { World } from '../../../nodes/lib/app/world.ts';
import type { EventType } from '../../../nodes/lib/event/event-log.ts';
import { systemClock } from '../../../nodes/lib/kernel/clock.ts';
import type { EmailError } from '../../../nodes/lib/kernel/errors.ts';
import { signIns } from '../../../nodes/lib/oauth/sign-ins.ts';
import type { AppSettings } from '../../../nodes/lib/settings/app-settings.ts';
import { type FakeSmtpServer, fakeSmtpServer } from '../../support/fake-smtp-server.ts';
import { type OAuthServer, oauthServer } from '../../support/oauth-server.ts';
import { processWorld } from '../../support/process-world.ts';
import { sampleSettings } from '../../support/sample-settings.ts';
import { temporaryFolder } from '../../support/sqlite-outbox.ts';

describe('an app that signs in with OAuth', () => {
  let provider: OAuthServer;
  let mailServer: FakeSmtpServer;
  let app: EmailApp;
  let settings: AppSettings;
  let world: World;
  let remove: () => void;
  let revoked: Set<string>;
  let troubles: EmailError[];
  let calls: EmailError[];

  beforeEach(async () => {
    revoked = new Set();
    troubles = [];
    calls = [];
    provider = await oauthServer();
    const login = () => {
      const token = String(mailServer.logins.at(-1)?.token);
      return provider.given.includes(token) && !revoked.has(token) ? undefined : '334';
    };
    mailServer = await fakeSmtpServer({ login }, { auth: true, authMethods: ['PLAIN', 'XOAUTH2'] });
    const oauth = provider.settings();
    const route = mailServer.route({ login: { kind: 'oauth', user: 'shop@example.com', oauth } });
    settings = sampleSettings({ route });
    const temporary = temporaryFolder();
    remove = temporary.remove;
    world = processWorld(temporary.folder, {
      onTrouble: (error) => troubles.push(error),
      onSignInNeeded: (error) => calls.push(error),
    });
    app = await openEmailApp(settings, world);
  });

  afterEach(async () => {
    await app.close();
    await mailServer.close();
    await provider.close();
    remove();
  });

  const send = (subject: string) =>
    app.send({
      requestId: randomUUID(),
      mode: 'message',
      node: 'n1',
      reports: true,
      fields: { to: 'joe@example.org', subject, payload: 'Hi' },
    });

  /** Codes of the first event of that type. */
  async function reported(type: EventType) {
    const events: (string | undefined)[] = [];
    const feed = app.events.open({
      reader: 'test',
      types: [type],
      deliver: async ({ code }) => void events.push(code),
      onTrouble: assert.fail,
    });
    await until(() => events.length > 0);
    await feed.close();
    return { events };
  }

  async function until(fact: () => boolean): Promise<void> {
    const end = Date.now() + 20_000;
    while (!fact()) {
      assert(Date.now() < end, 'it does not come about');
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  async function signIn(): Promise<void> {
    const walks = signIns({ clock: systemClock, randomBytes });
    const context = { redirectUri: 'http://127.0.0.1:1880/callback', user: 'shop@example.com' };
    const { url } = walks.start(provider.settings(), context);
    const { tokens } = await walks.finish(await provider.consent(url));
    await app.tokens?.accept(tokens);
    // that nobody had signed in yet
    troubles.length = 0;
  }

  it('lets mail wait for a person, who is called once, and sends it when that one has signed in', async () => {
    await send('first');
    await until(() => app.state().routeDown);
    assert.equal(app.state().signInNeeded, true);
    assert.equal(mailServer.connections, 0);
    assert.deepEqual(
      [calls, troubles].map((told) => told.map(({ code }) => code)),
      [['sign-in-needed'], ['sign-in-needed']],
    );
    const { events } = await reported('app.token-renewal-failed');
    assert.deepEqual(events, ['sign-in-needed']);
    await signIn();
    await until(() => mailServer.mails.length === 1);
    assert.equal(mailServer.logins[0]?.token, provider.given[0]);
    assert.equal(app.tokens?.state().account, 'shop@example.com');
    assert.equal(app.tokens?.state().signedIn, true);
    assert.equal(app.state().signInNeeded, false);
  });

  it('goes on after a restart, and keeps no token in clear on the disk', async () => {
    await signIn();
    await send('before');
    await until(() => mailServer.mails.length === 1);
    await app.close();
    app = await openEmailApp(settings, world);
    await send('after');
    await until(() => mailServer.mails.length === 2);
    assert.equal(provider.given.length, 1);
    const folder = join(world.folder, settings.appId);
    const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
    const all = files.map(({ name }) => readFileSync(join(folder, name), 'latin1')).join();
    assert(all.length > 1000);
    for (const token of provider.given) assert(!all.includes(token) && !all.includes(token.slice(30, 60)));
    assert.deepEqual(troubles, []);
  });

  it('replaces a token that the mail server refuses, and no mail fails', async () => {
    await signIn();
    revoked.add(String(provider.given[0]));
    await send('only');
    await until(() => mailServer.mails.length === 1);
    assert.deepEqual(
      mailServer.logins.map(({ token }) => token),
      provider.given,
    );
    assert.deepEqual(troubles, []);
  });

  it('tests the connection with the tokens of the app', async () => {
    await assert.rejects(testConnection(settings, world), { code: 'sign-in-needed' });
    await signIn();
    const found = await testConnection(settings, { ...world, tokens: app.tokens });
    assert.match(found, /signed in as shop@example\.com/);
  });
});
