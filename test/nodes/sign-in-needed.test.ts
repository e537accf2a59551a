import assert from 'node:assert/strict';
import type { EmailAppNode } from '../../nodes/glue/running-app.ts';
import { openStage, type Stage } from '../support/node-stage.ts';
import { type OAuthMailServer, openOAuthMailServer } from '../support/oauth-mail-server.ts';

const signIn = {
  smtpAuth: 'oauth',
  oauthProvider: 'other',
  oauthClientId: 'client-1',
  oauthAuthorizationUrl: 'http://127.0.0.1:9/authorize',
  oauthTokenUrl: 'http://127.0.0.1:9/token',
  oauthScope: 'mail.send',
};
const credentials = { app: { user: 'shop@example.com', clientSecret: 'client-s3cret-value' } };

describe('an app that nobody has signed in for', () => {
  let stage: Stage;
  let mailServer: OAuthMailServer;

  beforeEach(async () => {
    stage = await openStage();
    mailServer = await openOAuthMailServer(() => true);
  });
  afterEach(async () => {
    await stage.close();
    await mailServer.close();
  });

  /** With another app for the alerts, which sends without a sign-in. */
  function flow(changes: object = {}): object[] {
    const { port } = mailServer;
    const app = {
      ...stage.app,
      ...signIn,
      port,
      owner: 'owner@example.com',
      alertThrough: 'backupbackup0001',
    };
    const backup = { ...stage.app, id: 'backup', name: 'Backup', appId: 'backupbackup0001' };
    return [
      { id: 'tab', type: 'tab' },
      backup,
      { ...app, ...changes },
      { id: 'send', type: 'send-email', z: 'tab', app: 'app', mode: 'message', replyWhen: 'sent', wires: [] },
    ];
  }

  const running = () => (stage.node('app') as unknown as EmailAppNode).running;

  /** Looks again and again, not longer than a person would. */
  async function until(what: string, isSo: () => boolean): Promise<void> {
    const end = Date.now() + 10_000;
    while (!isSo()) {
      assert.ok(Date.now() < end, `not within 10 seconds: ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** The helper spies on what nodes call. */
  function statusOf(id: string): string {
    const { args } = stage.node(id).status as unknown as { args: [{ text: string }][] };
    return args.at(-1)?.[0].text ?? '';
  }

  it('says so on the nodes that use it', async () => {
    await stage.load(flow(), credentials);
    await until('the status', () => statusOf('send') === 'send-email.status.signIn');
    assert.equal((await running()).state().signInNeeded, true);
  });

  it('mails its owner through the other app, once for all deploys of a day', async () => {
    const name = { appId: 'testtesttest0002', name: 'Second' };
    await stage.load(flow(name), credentials);
    await until('the mail', () => stage.mails.length > 0);
    const [mail] = stage.mails;
    assert.deepEqual(mail?.to, ['owner@example.com']);
    assert.match(String(mail?.source), /nobody has signed in yet/);
    assert.doesNotMatch(String(mail?.source), /s3cret/);
    await stage.unload();
    await stage.load(flow(name), credentials);
    const app = await running();
    await until('the state', () => app.state().signInNeeded);
    assert.equal(stage.mails.length, 1);
  });
});
