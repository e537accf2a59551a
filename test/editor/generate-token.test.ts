import assert from 'node:assert/strict';
import { editorSuite, themes } from '../support/editor-suite.ts';
import { nodeRedVersion } from '../support/node-red-version.ts';
import { type OAuthMailServer, openOAuthMailServer } from '../support/oauth-mail-server.ts';
import { type OAuthServer, oauthServer } from '../support/oauth-server.ts';
import type { OpenEditor } from '../support/open-editor.ts';
import type { RunningNodeRed } from '../support/start-node-red.ts';

for (const theme of themes) {
  describe(`from “Generate token” to a mail by XOAUTH2, Node-RED ${nodeRedVersion}, ${theme}`, function () {
    this.timeout(60_000);

    let provider: OAuthServer;
    let mailServer: OAuthMailServer;
    let nodeRed: RunningNodeRed;
    let editor: OpenEditor;

    const { shot } = editorSuite(this, { theme, pictures: 'oauth-' }, async (start) => {
      provider = await oauthServer();
      mailServer = await openOAuthMailServer((token) => provider.given.includes(token));
      ({ nodeRed, editor } = await start({
        flows: [{ id: 'flow1', type: 'tab', label: 'Flow' }],
      }));
      await editor.page.setViewportSize({ width: 1280, height: 1150 });
    });

    after(async () => {
      await mailServer?.close();
      await provider?.close();
    });

    const field = (name: string) => `#node-config-input-${name}`;

    it('fills in what Google wants', async () => {
      const { page } = editor;
      await editor.edit(await editor.dragFromPalette('send-email'));
      await editor.openConfig('app', 'add');
      await page.fill(field('identity'), 'shop@example.com');
      await editor.tab('route');
      await page.selectOption(field('smtpAuth'), 'oauth');
      assert.equal(await page.isVisible(field('password')), false);
      assert.equal(await page.inputValue(field('host')), 'smtp.gmail.com');
      assert.equal(await page.inputValue(field('port')), '465');
      assert.equal(await page.inputValue(field('oauthScope')), 'https://mail.google.com/');
      await page.click('#email-app-provider-notes summary');
      assert.equal(await page.isVisible('#email-app-tenant'), false);
      await shot('google');
    });

    it('fills the tenant into the URLs of Microsoft 365, and changes the scope for an app by itself', async () => {
      const { page } = editor;
      await page.click('.email-app-provider[data-provider="microsoft"]');
      await page.click('#email-app-oauth-urls summary');
      const url = field('oauthTokenUrl');
      assert.match(await page.inputValue(url), /\{tenant\}/);
      await page.locator(`${url}.input-error`).waitFor();
      await page.fill('#email-app-tenant', 'example.onmicrosoft.com');
      assert.equal(
        await page.inputValue(url),
        'https://login.microsoftonline.com/example.onmicrosoft.com/oauth2/v2.0/token',
      );
      assert.equal(await page.locator(`${url}.input-error`).count(), 0);
      await shot('microsoft');
      await page.selectOption(field('oauthGrant'), 'client-credentials');
      assert.match(await page.inputValue(field('oauthScope')), /\.default$/);
      assert.equal(await page.isVisible('#email-app-callback'), false);
      await shot('microsoft-app');
      await page.selectOption(field('oauthGrant'), 'authorization-code');
    });

    it('shows the redirect URL of this very editor', async () => {
      const { page } = editor;
      assert.equal(await page.inputValue('#email-app-callback'), `${nodeRed.url}/email-app/oauth/callback`);
      await page.evaluate(`RED.clipboard.copyText = (text) => { window.copied = text; }`);
      await page.click('.email-copy[data-copies="#email-app-callback"]');
      assert.equal(await page.evaluate('window.copied'), `${nodeRed.url}/email-app/oauth/callback`);
    });

    it('names the field that is missing', async () => {
      const { page } = editor;
      await page.click('.email-app-provider[data-provider="other"]');
      await page.click('#email-app-token-generate');
      assert.match(
        await editor.answerOf('#email-app-token-answer', 'bad'),
        /“User name” \(user\)|“Client id” \(oauthClientId\)/,
      );
    });

    it('signs in through a window of its own, in a dialog that was never deployed', async () => {
      const { page } = editor;
      await page.fill(field('host'), '127.0.0.1');
      await page.selectOption(field('security'), 'none');
      await page.fill(field('port'), String(mailServer.port));
      await page.fill(field('user'), 'shop@example.com');
      await page.fill(field('oauthClientId'), 'client-1');
      await page.fill(field('clientSecret'), 'client-s3cret-value');
      await page.fill(field('oauthAuthorizationUrl'), `${provider.url}/authorize`);
      await page.fill(field('oauthTokenUrl'), `${provider.url}/token`);
      await page.fill(field('oauthRefreshUrl'), '');
      await page.fill(field('oauthScope'), 'mail.send');
      await shot('other');
      const opened = page.waitForEvent('popup');
      await page.click('#email-app-token-generate');
      const popup = await opened;
      await editor.answerOf('#email-app-token-answer', 'good');
      assert.equal(popup.isClosed(), true);
      const facts = await editor.textOf('#email-app-token-facts');
      assert.match(facts, /shop@example\.com/);
      assert.match(facts, /Valid until/);
      assert.equal(facts.includes(provider.given[0]!), false);
      await page.locator('#email-app-token').scrollIntoViewIfNeeded();
      assert.equal(await editor.isCut('#email-app-form'), false);
      await shot('signed-in');
    });

    it('tests the connection and sends a mail with that token', async () => {
      const { page } = editor;
      await page.click('#email-app-test-connection');
      await editor.answerOf('#email-app-test-answer', 'good');
      await page.click('#email-app-test-mail');
      await page.fill('#email-app-test-to', 'ann@example.org');
      await page.click('#email-app-test-send');
      assert.match(await editor.answerOf('#email-app-test-answer', 'good'), /ann@example\.org/);
      assert.deepEqual(
        mailServer.mails.map(({ user }) => user),
        ['shop@example.com'],
      );
    });

    it('still has the token after the app was deployed', async () => {
      const { page } = editor;
      await editor.finish('node-config-dialog-ok');
      await editor.finish('node-dialog-ok');
      const start = nodeRed.nextStart();
      await editor.deploy();
      await start;
      const id = String(await page.evaluate(`RED.nodes.filterNodes({ type: 'send-email' })[0].id`));
      await editor.edit(id);
      await editor.openConfig('app', 'edit');
      await editor.tab('route');
      await editor.answerOf('#email-app-token-answer', 'good');
      assert.equal(await page.inputValue(field('clientSecret')), '__PWRD__');
      await page.click('#email-app-test-connection');
      await editor.answerOf('#email-app-test-answer', 'good');
      await shot('deployed');
    });

    it('says what the provider says when a person does not consent', async () => {
      const { page } = editor;
      await page.fill(
        field('oauthAuthorizationUrl'),
        `${nodeRed.url}/email-app/oauth/callback?error=access_denied`,
      );
      const opened = page.waitForEvent('popup');
      await page.click('#email-app-token-generate');
      const popup = await opened;
      assert.match(await editor.answerOf('#email-app-token-answer', 'bad'), /Signing in did not work/);
      await popup.screenshot({ path: `test/editor/screenshots/${nodeRedVersion}-${theme}-oauth-window.png` });
      assert.equal(await popup.locator('h1').textContent(), 'Not signed in');
      await popup.close();
      await shot('refused');
    });

    it('leaves nothing for axe-core to find', async () => {
      await editor.page.click('#email-app-oauth-consent summary');
      assert.deepEqual(await editor.barriersOf('#email-app-form'), []);
    });

    it('forgets the tokens', async () => {
      const { page } = editor;
      await page.click('#email-app-token-forget');
      await page.locator('#email-app-token-facts').waitFor({ state: 'hidden' });
    });

    it('has no error', () => assert.deepEqual(editor.pageErrors, []));
  });
}
