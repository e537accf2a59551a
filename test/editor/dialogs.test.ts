import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import { type MailSink, openMailSink } from '../support/mail-sink.ts';
import { nodeRedVersion } from '../support/node-red-version.ts';
import {
  launchBrowser,
  missingBrowser,
  type OpenEditor,
  openEditor,
  type Theme,
} from '../support/open-editor.ts';
import { type RunningNodeRed, startNodeRed } from '../support/start-node-red.ts';

/** Node-RED 4 has no dark theme. */
const themes: readonly Theme[] = nodeRedVersion === 5 ? ['light', 'dark'] : ['light'];

const set = (p: string, v: string) => ({ p, v, vt: 'str' });

const order = {
  id: 'inject1',
  type: 'inject',
  z: 'flow1',
  name: 'order',
  x: 140,
  y: 180,
  wires: [[]],
  repeat: '',
  crontab: '',
  once: false,
  props: [
    set('to', 'Ann <ann@example.org>'),
    set('topic', 'Order 4711'),
    set('payload', '<p>Thank you<script>parent.document.title = "hacked"</script></p>'),
  ],
};

for (const theme of themes) {
  describe(`the dialogs on Node-RED ${nodeRedVersion}, ${theme}`, function () {
    this.timeout(30_000);
    // Each step goes on where the one before it ended.
    this.bail(true);

    let sink: MailSink;
    let nodeRed: RunningNodeRed;
    let browser: Browser;
    let editor: OpenEditor;
    let node: string;
    let app: string;

    before(async function () {
      const missing = missingBrowser();
      if (missing) {
        console.log(`    skipped: ${missing}`);
        this.skip();
      }
      sink = await openMailSink();
      nodeRed = await startNodeRed({
        version: nodeRedVersion,
        flows: [{ id: 'flow1', type: 'tab', label: 'Flow' }, order],
      });
      browser = await launchBrowser();
      editor = await openEditor(browser, nodeRed.url, theme);
    });

    afterEach(async function () {
      if (this.currentTest?.state !== 'failed') return;
      await shot('failed');
      console.log(nodeRed.log());
    });

    after(async () => {
      await browser?.close();
      await nodeRed?.stop();
      await sink?.close();
    });

    const shot = (name: string) => editor.screenshot(`${nodeRedVersion}-${theme}-${name}`);
    const field = (name: string) => `#node-config-input-${name}`;
    const invalid = (selector: string) => editor.page.locator(`${selector}.input-error`).count();

    async function tab(name: string): Promise<void> {
      // Node-RED 4 takes two quick clicks for a double click, even on different tabs.
      await editor.page.waitForTimeout(450);
      await editor.page.click(`a[href="#email-app-${name}"]`);
    }

    async function deploy(): Promise<void> {
      const start = nodeRed.nextStart();
      await editor.deploy();
      await start;
    }

    async function type(selector: string, text: string): Promise<void> {
      await editor.page.fill(selector, text);
      await editor.page.press(selector, 'Tab');
    }

    async function answerOf(selector: string, mood: 'good' | 'bad' | 'note'): Promise<string> {
      const answer = editor.page.locator(`${selector}.${mood}`);
      await answer.waitFor();
      return (await answer.textContent()) ?? '';
    }

    it('offers send email in the palette, under email', async () => {
      node = await editor.dragFromPalette('send-email');
      assert.ok(node);
      assert.equal(await editor.page.locator('#red-ui-palette-email .red-ui-palette-node').count(), 1);
      await shot('canvas');
    });

    it('asks a new send email for its email app', async () => {
      await editor.edit(node);
      assert.equal(await invalid('#node-input-app'), 1);
      assert.equal(await editor.page.inputValue('#node-input-to'), 'to');
      await shot('send-email-new');
    });

    it('gives a new email app its data id and its defaults', async () => {
      await editor.openConfig('app', 'add');
      assert.match(await editor.page.inputValue(field('appId')), /^[a-z0-9]{16}$/);
      assert.equal(await editor.page.getAttribute(field('appId'), 'readonly'), '');
      assert.equal(await editor.page.inputValue(field('rate')), '10');
      assert.equal(await editor.page.inputValue(field('security')), 'starttls');
    });

    it('says what is wrong with a setting', async () => {
      await type(field('identity'), 'not a domain');
      assert.match(await editor.sentenceOf(field('identity')), /a domain such as example\.com/);
      await shot('app-general-invalid');
    });

    it('marks the tab that holds a wrong setting', async () => {
      assert.equal(await editor.page.locator('#email-app-tabs li.email-part-error').count(), 2);
    });

    it('makes a domain out of a pasted address of a site and says so', async () => {
      await type(field('identity'), 'https://Example.COM/');
      assert.equal(await editor.page.inputValue(field('identity')), 'example.com');
      assert.match(await answerOf('#email-app-identity-notice', 'note'), /Example\.COM.*example\.com/);
      assert.equal(await invalid(field('identity')), 0);
    });

    it('takes no default sender outside the app', async () => {
      await type(field('sender'), 'Shop <hello@other.example>');
      assert.equal(await invalid(field('sender')), 1);
      await type(field('sender'), 'Shop <hello@example.com>');
      assert.equal(await invalid(field('sender')), 0);
      await type(field('name'), 'Shop');
      await type(field('owner'), 'owner@example.com');
      await shot('app-general');
    });

    it('suggests the usual port of a security, but leaves a port of one’s own', async () => {
      await tab('route');
      await editor.page.selectOption(field('security'), 'ssl');
      assert.equal(await editor.page.inputValue(field('port')), '465');
      await type(field('port'), '2525');
      await editor.page.selectOption(field('security'), 'none');
      assert.equal(await editor.page.inputValue(field('port')), '2525');
    });

    it('tells in plain words why a connection fails', async () => {
      await type(field('host'), '127.0.0.1');
      await type(field('port'), '1');
      await editor.page.click('#email-app-test-connection');
      assert.match(await answerOf('#email-app-test-answer', 'bad'), /No connection to the mail server/);
    });

    it('tests the connection without a deploy', async () => {
      await type(field('port'), String(sink.port));
      await editor.page.click('#email-app-test-connection');
      assert.ok(await answerOf('#email-app-test-answer', 'good'));
      await editor.page.click('#email-app-route summary');
      await shot('app-route');
      await editor.page.click('#email-app-route summary');
    });

    it('sends a test mail without a deploy', async () => {
      await editor.page.click('#email-app-test-mail');
      assert.equal(await editor.page.inputValue('#email-app-test-to'), 'owner@example.com');
      await editor.page.click('#email-app-test-send');
      const [mail] = await sink.holds(1);
      assert.deepEqual(mail!.to, ['owner@example.com']);
      assert.ok(await answerOf('#email-app-test-answer', 'good'));
      await shot('app-route-tested');
    });

    it('says that the delivery is seen once the app is deployed', async () => {
      await tab('delivery');
      assert.match(await answerOf('#email-app-state-answer', 'note'), /once the email app is deployed/);
      await shot('app-delivery-new');
    });

    it('deploys, and a message becomes a mail', async () => {
      await editor.finish('node-config-dialog-ok');
      app = await editor.page.inputValue('#node-input-app');
      assert.equal(await invalid('#node-input-app'), 0);
      await editor.finish('node-dialog-ok');
      await editor.wire('inject1', node);
      await deploy();
      await inject();
      const mails = await sink.holds(2);
      assert.deepEqual(mails[1]!.to, ['ann@example.org']);
      assert.match(String(mails[1]!.raw), /^Subject: Order 4711/m);
      await shot('canvas-deployed');
    });

    it('previews a typed body with sample values, and loads nothing from elsewhere', async () => {
      await editor.edit(node);
      await editor.page.selectOption('#node-input-bodySource', 'typed');
      assert.equal(await editor.page.locator('#send-email-body-missing').isVisible(), true);
      await editor.typeBody('<h1>Hello {{name}}</h1><img src="http://example.net/pixel.png">');
      await shot('send-email-content');
      assert.equal(await editor.page.locator('#send-email-body-missing').isVisible(), false);
      await editor.page.click('.send-email-view[data-view="preview"]');
      const frame = editor.page.frameLocator('#send-email-preview-html');
      await frame.getByText('Hello name').waitFor();
      await editor.page.locator('#send-email-preview-html').scrollIntoViewIfNeeded();
      await shot('send-email-preview');
      assert.deepEqual(editor.strayRequests, []);
    });

    it('names a placeholder without a value', async () => {
      await editor.clearSampleValues();
      assert.match(
        await answerOf('#send-email-preview-answer', 'bad'),
        /No value was given for the placeholder name/,
      );
    });

    it('shows each section and only what a mode needs', async () => {
      for (const section of ['recipients', 'content'])
        await editor.page.click(`#send-email-${section} > summary`);
      for (const section of ['attachments', 'sending', 'threading', 'tracking']) {
        await editor.page.click(`#send-email-${section} > summary`);
      }
      await editor.page.locator('#send-email-attachments').scrollIntoViewIfNeeded();
      await shot('send-email-sections');
      await editor.page.locator('#node-input-trackClicks').scrollIntoViewIfNeeded();
      await shot('send-email-sections-end');
      await editor.page.selectOption('#node-input-mode', 'request');
      assert.equal(await editor.page.locator('#send-email-form details:visible').count(), 0);
      await editor.page.selectOption('#node-input-mode', 'reply');
      assert.equal(await editor.page.locator('#send-email-recipients').isVisible(), false);
      await shot('send-email-reply');
      await editor.finish('node-dialog-cancel');
    });

    it('pauses and resumes', async () => {
      await editor.edit(node);
      await editor.openConfig('app', 'edit');
      await tab('delivery');
      const pause = editor.page.locator('#email-app-pause');
      await pause.getByText('Pause').click();
      assert.match(await answerOf('#email-app-state-answer', 'note'), /Paused/);
      await shot('app-delivery-paused');
      await pause.getByText('Resume').click();
      assert.match(await answerOf('#email-app-state-answer', 'good'), /Sending up to 10 mails per second/);
      await editor.page.click('#email-app-delivery summary');
      await shot('app-delivery');
    });

    it('never shows a saved user name, password or key again', async () => {
      await tab('route');
      await editor.page.click('#email-app-route summary');
      await type(field('user'), 'secret-user');
      await type(field('password'), 'secret-password');
      await editor.page.selectOption(field('route'), 'capture');
      await editor.finish('node-config-dialog-ok');
      await editor.finish('node-dialog-ok');
      await deploy();
      const answer = await fetch(`${nodeRed.url}/credentials/email-app/${app}`);
      assert.deepEqual(await answer.json(), { has_user: true, has_password: true, has_dkimKey: false });
      await editor.reload();
      await editor.edit(node);
      await editor.openConfig('app', 'edit');
      await tab('route');
      await editor.page.selectOption(field('route'), 'smtp');
      assert.equal(await editor.page.inputValue(field('user')), '');
      assert.match((await editor.page.getAttribute(field('user'), 'placeholder')) ?? '', /saved/);
      await shot('app-route-saved');
      await editor.page.selectOption(field('route'), 'capture');
    });

    it('keeps an untouched user name when the dialog is done', async () => {
      await type(field('name'), 'Shop mail');
      await editor.finish('node-config-dialog-ok');
      await editor.finish('node-dialog-ok');
      await deploy();
      const answer = await fetch(`${nodeRed.url}/credentials/email-app/${app}`);
      assert.deepEqual(await answer.json(), { has_user: true, has_password: true, has_dkimKey: false });
    });

    it('lists captured mails and shows one without letting it do anything', async () => {
      await inject();
      await editor.edit(node);
      await editor.openConfig('app', 'edit');
      await tab('route');
      await editor.untilListed('#email-app-captured-refresh', '#email-app-captured-list li');
      await editor.page.click('#email-app-captured-list button');
      const frame = editor.page.frameLocator('#email-app-captured-html');
      await frame.getByText('Thank you').waitFor();
      await editor.page.locator('#email-app-captured-html').scrollIntoViewIfNeeded();
      await shot('app-capture');
      await editor.page.click('.email-app-captured-view[data-view="source"]');
      assert.match((await editor.page.textContent('#email-app-captured-text')) ?? '', /Subject: Order 4711/);
      await editor.page.click('#email-app-captured-clear');
      assert.match(await answerOf('#email-app-captured-answer', 'note'), /No mail/);
    });

    it('fits into a narrow dialog', async () => {
      await editor.finish('node-config-dialog-cancel');
      await editor.finish('node-dialog-cancel');
      await editor.page.setViewportSize({ width: 860, height: 800 });
      await editor.edit(node);
      await shot('send-email-narrow');
      assert.equal(await editor.isCut('#send-email-form'), false);
      await editor.openConfig('app', 'edit');
      await shot('app-narrow');
      assert.equal(await editor.isCut('#email-app-form'), false);
    });

    it('asks nobody but Node-RED and throws no errors', () => {
      assert.deepEqual(editor.strayRequests, []);
      assert.deepEqual(editor.pageErrors, []);
    });

    async function inject(): Promise<void> {
      const answer = await fetch(`${nodeRed.url}/inject/inject1`, { method: 'POST' });
      assert.equal(answer.status, 200);
    }
  });
}
