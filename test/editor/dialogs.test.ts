import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { editorSuite, themes } from '../support/editor-suite.ts';
import { type MailSink, openMailSink } from '../support/mail-sink.ts';
import { nodeRedVersion } from '../support/node-red-version.ts';
import type { OpenEditor } from '../support/open-editor.ts';
import type { RunningNodeRed } from '../support/start-node-red.ts';

/** One red pixel. */
const logo = {
  name: 'logo.png',
  mimeType: 'image/png',
  buffer: Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
    'base64',
  ),
};

/** Those that Node-RED says it has; of none does it tell more. */
function savedSecrets(answer: Record<string, unknown>): string[] {
  assert.ok(Object.values(answer).every((value) => typeof value === 'boolean'));
  return Object.keys(answer).filter((name) => answer[name]);
}

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

    let sink: MailSink;
    let nodeRed: RunningNodeRed;
    let editor: OpenEditor;
    let node: string;
    let app: string;

    const { shot, deploy } = editorSuite(this, { theme }, async (start) => {
      sink = await openMailSink();
      ({ nodeRed, editor } = await start({
        flows: [{ id: 'flow1', type: 'tab', label: 'Flow' }, order],
      }));
    });

    after(async () => {
      await sink?.close();
    });

    const field = (name: string) => `#node-config-input-${name}`;
    const invalid = (selector: string) => editor.page.locator(`${selector}.input-error`).count();

    async function type(selector: string, text: string): Promise<void> {
      await editor.page.fill(selector, text);
      await editor.page.press(selector, 'Tab');
    }

    async function addRow(list: string, texts: readonly string[]): Promise<void> {
      const table = editor.page.locator('.red-ui-editableList', {
        has: editor.page.locator(`#node-config-input-${list}-list`),
      });
      await table.locator('.red-ui-editableList-addButton').click();
      const inputs = table.locator('li').last().locator('input[type="text"]');
      for (const [index, text] of texts.entries()) await inputs.nth(index).fill(text);
    }

    /** Which of the fields are marked as wrong. */
    const marksOf = (fields: Locator) =>
      fields.evaluateAll((elements) => elements.map((element) => element.classList.contains('input-error')));

    it('offers send email in the palette, under email', async () => {
      node = await editor.dragFromPalette('send-email');
      assert.ok(node);
      const own = '#red-ui-palette-email .red-ui-palette-node[data-palette-type="send-email"]';
      assert.equal(await editor.page.locator(own).count(), 1);
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
      assert.equal(await editor.page.getAttribute(field('rate'), 'placeholder'), '10');
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
      assert.match(await editor.answerOf('#email-app-identity-notice', 'note'), /Example\.COM.*example\.com/);
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
      await editor.tab('route');
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
      assert.match(
        await editor.answerOf('#email-app-test-answer', 'bad'),
        /No connection to the mail server/,
      );
    });

    it('tests the connection without a deploy', async () => {
      await type(field('port'), String(sink.port));
      await editor.page.click('#email-app-test-connection');
      assert.ok(await editor.answerOf('#email-app-test-answer', 'good'));
      await editor.page.click('#email-app-dkim summary');
      await shot('app-route');
      await editor.page.click('#email-app-dkim summary');
    });

    it('sends a test mail without a deploy', async () => {
      await editor.page.click('#email-app-test-mail');
      assert.equal(await editor.page.inputValue('#email-app-test-to'), 'owner@example.com');
      await editor.page.click('#email-app-test-send');
      const [mail] = await sink.holds(1);
      assert.deepEqual(mail!.to, ['owner@example.com']);
      assert.ok(await editor.answerOf('#email-app-test-answer', 'good'));
      await shot('app-route-tested');
    });

    it('offers what unsubscribing needs once it is on', async () => {
      await editor.tab('unsubscribe');
      assert.equal(await editor.page.locator('#email-app-headers-section').isVisible(), false);
      await editor.page.check(field('unsubscribeEnabled'));
      assert.equal(await editor.page.isChecked(field('unsubscribeHeaders')), true);
      assert.equal(await editor.page.isChecked(field('checkCopies')), true);
      assert.equal(await editor.page.isChecked(field('foldAddresses')), false);
      await shot('app-unsubscribe');
    });

    it('asks for the base URL before it can show the headers', async () => {
      await editor.page.click('#email-app-headers-section > summary');
      assert.match(await editor.answerOf('#email-app-headers-answer', 'note'), /baseUrl|base URL/);
    });

    it('shows the headers as recipients get them, and follows the form', async () => {
      await editor.tab('general');
      await type(field('baseUrl'), 'http://flows.example.com');
      assert.equal(await invalid(field('baseUrl')), 1);
      await type(field('baseUrl'), 'https://flows.example.com');
      assert.equal(await invalid(field('baseUrl')), 0);
      await editor.tab('unsubscribe');
      await type(field('unsubscribeMailto'), 'leave@example.com');
      const headers = editor.page.locator('#email-app-headers');
      await headers.getByText('mailto:leave@example.com').waitFor();
      const shown = (await headers.textContent()) ?? '';
      assert.match(
        shown,
        /^List-Unsubscribe: <https:\/\/flows\.example\.com\/email-app\/[a-z0-9]{16}\/unsubscribe\//,
      );
      assert.match(shown, /^List-Unsubscribe-Post: List-Unsubscribe=One-Click$/m);
      await headers.scrollIntoViewIfNeeded();
      await shot('app-unsubscribe-headers');
      await editor.page.uncheck(field('unsubscribeHeaders'));
      assert.match(await editor.answerOf('#email-app-headers-answer', 'note'), /no headers/);
      await editor.page.check(field('unsubscribeHeaders'));
      await editor.page.click('#email-app-headers-section > summary');
    });

    it('takes topics, each with an id of its own', async () => {
      await editor.page.click('#email-app-topics-section > summary');
      await addRow('topics', ['news', 'Newsletter', 'Once a month']);
      await addRow('topics', ['news', 'Offers', '']);
      const ids = editor.page.locator('#node-config-input-topics-list [data-column="id"]');
      assert.deepEqual(await marksOf(ids), [true, true]);
      await ids.nth(1).fill('offers');
      assert.deepEqual(await marksOf(ids), [false, false]);
      await ids.nth(1).scrollIntoViewIfNeeded();
      await shot('app-topics');
      await editor.page.click('#email-app-topics-section > summary');
    });

    it('takes senders without headers', async () => {
      await editor.page.click('#email-app-skip-section > summary');
      await addRow('skipSenders', ['noreply']);
      const senders = editor.page.locator('#node-config-input-skipSenders-list [data-column="sender"]');
      assert.deepEqual(await marksOf(senders), [true]);
      await senders.first().fill('noreply@example.com');
      assert.deepEqual(await marksOf(senders), [false]);
      await senders.first().scrollIntoViewIfNeeded();
      await shot('app-skip-senders');
      await editor.page.click('#email-app-skip-section > summary');
    });

    it('shows the page with topics, logo and language', async () => {
      await editor.page.click('#email-app-page-section > summary');
      await type(field('pageOrganisation'), 'Example Shop');
      await type(field('pageNote'), '1 Main Street, Example Town');
      await editor.page.setInputFiles('#email-app-logo-file', logo);
      await editor.page.locator('#email-app-logo').waitFor();
      assert.match(await editor.page.inputValue(field('pageLogo')), /^data:image\/png;base64,/);
      await editor.page.selectOption(field('pageLanguage'), 'de');
      const page = editor.page.frameLocator('#email-app-page-preview');
      await page.locator('html[lang="de"]').getByText('Newsletter').waitFor();
      await editor.page.locator('#email-app-page-preview').scrollIntoViewIfNeeded();
      await shot('app-page');
      await editor.page.selectOption(field('pageLanguage'), 'en');
      await editor.page.click('#email-app-page-section > summary');
    });

    it('refuses a logo that is no picture', async () => {
      await editor.page.click('#email-app-page-section > summary');
      const file = { name: 'x.png', mimeType: 'image/svg+xml', buffer: Buffer.from('<svg') };
      await editor.page.setInputFiles('#email-app-logo-file', file);
      assert.match(await editor.answerOf('#email-app-logo-answer', 'bad'), /no picture/);
      await editor.page.click('#email-app-page-section > summary');
    });

    it('offers an own listener', async () => {
      await editor.page.click('#email-app-listener-section > summary');
      await type(field('trustedProxies'), 'proxy.example.com');
      assert.equal(await invalid(field('trustedProxies')), 1);
      await type(field('trustedProxies'), '127.0.0.1, 10.0.0.0/8');
      assert.equal(await invalid(field('trustedProxies')), 0);
      await editor.page.locator(field('trustedProxies')).scrollIntoViewIfNeeded();
      await shot('app-listener');
      await editor.page.click('#email-app-listener-section > summary');
    });

    it('keeps templates and partials, with a hint when the link is missing', async () => {
      await editor.tab('templates');
      await shot('app-templates-empty');
      await editor.page.click('#email-app-template-add');
      await type('#email-app-template-id', 'Points!');
      assert.equal(await invalid('#email-app-template-id'), 1);
      await type('#email-app-template-id', 'points');
      assert.equal(await invalid('#email-app-template-id'), 0);
      await type('#email-app-template-subject', 'Your points, {{name}}');
      await editor.typeInto(
        '#email-app-template-html-editor',
        '<p>Hello {{name}}, {{points}} points.</p>\n{{> footer}}',
      );
      assert.match(await editor.answerOf('#email-app-template-tag', 'note'), /class marketing needs one/);
      await editor.page.click('#email-app-partial-add');
      assert.equal(await editor.page.inputValue('#email-app-template-id'), 'footer');
      assert.equal(await editor.page.locator('#email-app-template-subject').isVisible(), false);
      await shot('app-partial');
      await editor.page.click('#node-config-input-templates-list button >> nth=0');
      assert.ok(await editor.answerOf('#email-app-template-tag', 'good'));
      await shot('app-templates');
    });

    it('duplicates and deletes a template', async () => {
      const ids = editor.page.locator('#node-config-input-templates-list .email-mail-subject');
      await editor.page.click('#email-app-template-copy');
      assert.deepEqual(await ids.allTextContents(), ['points', 'footer', 'points-2']);
      await editor.page.click('#email-app-template-delete');
      assert.deepEqual(await ids.allTextContents(), ['points', 'footer']);
      await editor.page.click('#node-config-input-templates-list button >> nth=0');
    });

    it('previews a template with its partials', async () => {
      await editor.page.click('.email-app-template-view[data-view="preview"]');
      const mail = editor.page.frameLocator('#email-app-template-preview-html');
      await mail.getByText('Hello name, points points.').waitFor();
      await mail.getByText('Unsubscribe').waitFor();
      assert.equal(await editor.page.textContent('#email-app-template-preview-subject'), 'Your points, name');
      await editor.page.locator('#email-app-template-preview-html').scrollIntoViewIfNeeded();
      await shot('app-templates-preview');
    });

    it('says that the delivery is seen once the app is deployed', async () => {
      await editor.tab('delivery');
      assert.match(
        await editor.answerOf('#email-app-state-answer', 'note'),
        /once the email app is deployed/,
      );
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
        await editor.answerOf('#send-email-preview-answer', 'bad'),
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
      const sections = editor.page.locator('#send-email-form details:visible');
      assert.deepEqual(await sections.evaluateAll((shown) => shown.map(({ id }) => id)), [
        'send-email-callers',
      ]);
      await editor.page.selectOption('#node-input-mode', 'reply');
      assert.equal(await editor.page.locator('#send-email-recipients').isVisible(), false);
      await shot('send-email-reply');
      await editor.finish('node-dialog-cancel');
    });

    it('offers the templates of the app and keeps the tables of its tabs', async () => {
      await editor.edit(node);
      await editor.page.selectOption('#node-input-bodySource', 'template');
      assert.equal(await invalid('#node-input-template'), 1);
      await editor.page.click(
        '.red-ui-typedInput-container:has(+ #node-input-templateType) .red-ui-typedInput-option-trigger, #node-input-template + .red-ui-typedInput-container .red-ui-typedInput-option-trigger',
      );
      await editor.page.locator('.red-ui-typedInput-options:visible').getByText('points').click();
      assert.equal(await editor.page.inputValue('#node-input-template'), 'points');
      await shot('send-email-template');
      await editor.openConfig('app', 'edit');
      await editor.tab('unsubscribe');
      const topics = editor.page.locator('#node-config-input-topics-list [data-column="id"]');
      assert.equal(await topics.count(), 2);
      await editor.finish('node-config-dialog-cancel');
      await editor.finish('node-dialog-cancel');
    });

    it('pauses and resumes', async () => {
      await editor.edit(node);
      await editor.openConfig('app', 'edit');
      await editor.tab('delivery');
      const pause = editor.page.locator('#email-app-pause');
      await pause.getByText('Pause').click();
      assert.match(await editor.answerOf('#email-app-state-answer', 'note'), /Paused/);
      await shot('app-delivery-paused');
      await pause.getByText('Resume').click();
      assert.match(
        await editor.answerOf('#email-app-state-answer', 'good'),
        /Sending up to 10 mails per second/,
      );
      await editor.page.click('#email-app-delivery summary');
      await shot('app-delivery');
    });

    it('never shows a saved user name, password or key again', async () => {
      await editor.tab('route');
      await type(field('user'), 'secret-user');
      await type(field('password'), 'secret-password');
      await editor.page.selectOption(field('route'), 'capture');
      await editor.finish('node-config-dialog-ok');
      await editor.finish('node-dialog-ok');
      await deploy();
      const answer = await fetch(`${nodeRed.url}/credentials/email-app/${app}`);
      assert.deepEqual(savedSecrets(await answer.json()), ['has_user', 'has_password']);
      await editor.reload();
      await editor.edit(node);
      await editor.openConfig('app', 'edit');
      await editor.tab('route');
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
      assert.deepEqual(savedSecrets(await answer.json()), ['has_user', 'has_password']);
      const flows = (await (await fetch(`${nodeRed.url}/flows`)).json()) as Record<string, unknown>[];
      assert.deepEqual(flows.find(({ id }) => id === app)?.givenSecrets, ['user', 'password']);
    });

    it('lists captured mails and shows one without letting it do anything', async () => {
      await inject();
      await editor.edit(node);
      await editor.openConfig('app', 'edit');
      await editor.tab('route');
      await editor.untilListed('#email-app-captured-refresh', '#email-app-captured-list li');
      await editor.page.click('#email-app-captured-list button');
      const frame = editor.page.frameLocator('#email-app-captured-html');
      await frame.getByText('Thank you').waitFor();
      await editor.page.locator('#email-app-captured-html').scrollIntoViewIfNeeded();
      await shot('app-capture');
      await editor.page.click('.email-app-captured-view[data-view="source"]');
      assert.match((await editor.page.textContent('#email-app-captured-text')) ?? '', /Subject: Order 4711/);
      await editor.page.click('#email-app-captured-clear');
      assert.match(await editor.answerOf('#email-app-captured-answer', 'note'), /No mail/);
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
