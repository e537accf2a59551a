import assert from 'node:assert/strict';
import { Webhook } from 'standardwebhooks';
import { editorSuite, themes } from '../support/editor-suite.ts';
import { nodeRedVersion } from '../support/node-red-version.ts';
import type { OpenEditor } from '../support/open-editor.ts';
import { openReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts';

const app = {
  id: 'app1',
  type: 'email-app',
  name: 'Shop',
  appId: 'dialogdialog0003',
  identity: 'example.com',
  sender: 'shop@example.com',
  route: 'none',
};
const inject = {
  id: 'inject1',
  type: 'inject',
  z: 'flow1',
  props: [{ p: 'topic', vt: 'str' }, { p: 'payload' }],
  topic: 'order.paid',
  payload: '{"number":7}',
  payloadType: 'json',
  repeat: '',
  crontab: '',
  once: false,
  onceDelay: 0.1,
  x: 120,
  y: 240,
  wires: [['node1']],
};
const webhook = {
  id: 'node1',
  type: 'webhook-out',
  z: 'flow1',
  app: 'app1',
  x: 300,
  y: 240,
  wires: [[], []],
};

for (const theme of themes) {
  describe(`the webhook-out dialog on Node-RED ${nodeRedVersion}, ${theme}`, function () {
    this.timeout(30_000);

    let editor: OpenEditor;
    let receiver: WebhookReceiver;
    let secret: string;

    const { shot, saved } = editorSuite(this, { theme, pictures: 'webhook-out-' }, async (start) => {
      receiver = await openReceiver();
      // a name that stands for a private address: what is sent there is given up at once
      const url = 'https://localhost:1/hook';
      ({ editor } = await start({
        flows: [{ id: 'flow1', type: 'tab', label: 'Flow' }, app, inject, { ...webhook, url }],
      }));
    });
    after(() => receiver?.close());

    const field = (name: string) => `#node-input-${name}`;
    const isVisible = (selector: string) => editor.page.locator(selector).isVisible();
    const isWrong = async (name: string) =>
      (await editor.page
        .locator(`${field(name)}.input-error, ${field(name)} + .red-ui-typedInput-container.input-error`)
        .count()) > 0;
    const section = (name: string) => editor.page.click(`#webhook-out-${name}-section > summary`);

    async function typeUrl(text: string): Promise<void> {
      await editor.page.fill(`${field('url')} + .red-ui-typedInput-container input`, text);
    }

    async function test(): Promise<string> {
      await editor.page.click('#webhook-out-test');
      const answer = editor.page.locator('#webhook-out-test-answer.good, #webhook-out-test-answer.bad');
      await answer.waitFor();
      return (await answer.textContent()) ?? '';
    }

    it('starts with what most people need, the rest folded away', async () => {
      const id = await editor.dragFromPalette('webhook-out');
      assert.equal(await editor.page.locator(`[id="${id}"] .red-ui-flow-port-output`).count(), 2);
      await editor.edit(id);
      assert.equal(await editor.page.inputValue(field('format')), 'standard');
      for (const hidden of ['timeZone', 'hash', 'concurrency', 'tls', 'eventType'])
        assert.equal(await isVisible(field(hidden)), false, hidden);
      await shot('new');
      assert.equal(await editor.isCut('#webhook-out-form'), false);
    });

    it('asks for a URL that is safe', async () => {
      assert.equal(await isWrong('url'), true);
      await typeUrl(receiver.url);
      assert.equal(await isWrong('url'), true);
      await section('delivery');
      await editor.page.fill(field('allowedHosts'), receiver.host);
      await typeUrl(receiver.url);
      assert.equal(await isWrong('url'), false);
      await shot('delivery');
    });

    it('makes a secret, and shows it once', async () => {
      await editor.page.click('.webhook-out-generate[data-for="secret"]');
      secret = (await editor.page.textContent('#webhook-out-new-secret')) ?? '';
      assert.match(secret, /^whsec_[A-Za-z0-9+/]{43}=$/);
      assert.equal(await editor.page.inputValue(field('secret')), secret);
      await shot('secret');
    });

    it('makes a second one beside its own field, to change the first', async () => {
      await section('login');
      await editor.page.click('.webhook-out-generate[data-for="previousSecret"]');
      assert.notEqual(await editor.page.textContent('#webhook-out-new-secret'), secret);
      assert.equal(await editor.page.inputValue(field('secret')), secret);
      await shot('second-secret');
      await editor.page.fill(field('previousSecret'), '');
      assert.equal(await isVisible('#webhook-out-generated'), false);
      await section('login');
    });

    it('posts a test event before anything was deployed, signed with that secret', async () => {
      assert.match(await test(), /The receiver took it: HTTP 200/);
      const { headers, body } = receiver.posted[0]!;
      const { type } = new Webhook(secret).verify(body, headers as Record<string, string>) as {
        type: string;
      };
      assert.equal(type, 'email.delivered');
      await shot('test-good');
    });

    it('says in words what to mend', async () => {
      receiver.answers.push(404);
      assert.match(await test(), /404.*look at the path/);
      await shot('test-bad');
      await typeUrl('https://127.0.0.1:1/hook');
      assert.match(await test(), /private or reserved/);
      await typeUrl(receiver.url);
    });

    it('shows what is posted, in each format', async () => {
      await section('preview');
      const preview = editor.page.locator('#webhook-out-preview');
      await preview.getByText('"email.delivered"').waitFor();
      await editor.page.selectOption(field('format'), 'webex');
      await preview.getByText('deliveryInfoNotification').waitFor();
      assert.equal(await isVisible(field('timeZone')), true);
      assert.equal(await isVisible(field('eventType')), false);
      await shot('webex');
      await editor.page.selectOption(field('format'), 'template');
      await editor.typeInto('#webhook-out-template-editor', '{"who": "{{data.recipient}}"}');
      await preview.getByText('{"who":"ann@example.com"}').waitFor();
      await shot('template');
      assert.equal(await editor.isCut('#webhook-out-form'), false);
    });

    it('checks the sample against the JSON Schema', async () => {
      await section('schema');
      await editor.typeInto('#webhook-out-schema-editor', '{"type": "object", "required": ["what"]}');
      await editor.page.locator('#webhook-out-preview-answer.bad').getByText('what').waitFor();
      await editor.page.locator('#webhook-out-schema-editor').scrollIntoViewIfNeeded();
      await shot('schema');
      await editor.typeInto('#webhook-out-schema-editor', '{"type": "object", "required": ["who"]}');
      await editor.page.locator('#webhook-out-preview-answer.bad').waitFor({ state: 'detached' });
      // The code editor of Node-RED 4 goes on looking for suggestions, and throws if it is closed meanwhile.
      await editor.page.focus(field('name'));
    });

    it('saves all of it, the secret as a credential', async () => {
      await editor.page.selectOption(field('app'), 'app1').catch(() => undefined);
      await editor.finish('node-dialog-ok');
      const ids = (await editor.page.evaluate(
        'RED.nodes.filterNodes({ type: "webhook-out" }).map(({ id }) => id)',
      )) as string[];
      const id = ids.find((other) => other !== 'node1') ?? '';
      const node = await saved(id);
      const { url, urlType, format, schema, allowedHosts } = node;
      assert.deepEqual([url, urlType, format], [receiver.url, 'str', 'template']);
      assert.equal(schema, '{"type": "object", "required": ["who"]}');
      assert.equal(allowedHosts, receiver.host);
      assert.equal(JSON.stringify(node).includes(secret), false);
      await editor.edit(id);
      assert.equal(await isVisible('#webhook-out-generated'), false);
      await section('preview');
      assert.match(await test(), /took it/, 'with the secret that was saved');
      const { headers, body } = receiver.posted.at(-1)!;
      new Webhook(secret).verify(body, headers as Record<string, string>);
      await editor.finish('node-dialog-cancel');
    });

    it('asks for authorizations only where mails name the address', async () => {
      await editor.edit('node1');
      assert.equal(await isVisible('#node-input-authorizations-list'), false);
      await editor.page.selectOption(field('target'), 'notify');
      assert.equal(await isVisible(`${field('url')} + .red-ui-typedInput-container`), false);
      await editor.page.locator('#webhook-out-form .red-ui-editableList-addButton').first().click();
      await editor.page.fill('[data-column="id"]', 'crm');
      await editor.page.fill('[data-column="variable"]', 'CRM_TOKEN');
      await shot('notify');
      assert.equal(await editor.isCut('#webhook-out-form'), false);
      await editor.finish('node-dialog-cancel');
    });

    it('lists what was given up, with its body', async () => {
      await editor.page.click('[id="inject1"] .red-ui-flow-node-button-button');
      await editor.edit('node1');
      const row = editor.page.locator('#webhook-out-given-up button').first();
      await row.waitFor();
      assert.match((await row.textContent()) ?? '', /order\.paid/);
      await row.click();
      await editor.page.locator('#webhook-out-body').getByText('"number": 7').waitFor();
      await shot('given-up');
      assert.equal(await editor.isCut('#webhook-out-form'), false);
    });

    it('can be used by everybody', async () => {
      assert.deepEqual(await editor.barriersOf('#webhook-out-form'), []);
    });

    it('tries one of them again', async () => {
      const answered = editor.page.waitForResponse((answer) => answer.url().endsWith('/redeliver'));
      await editor.page.click('#webhook-out-redeliver');
      assert.deepEqual(await (await answered).json(), { count: 1 });
      await editor.finish('node-dialog-cancel');
    });

    it('deletes one of them, which was given up once more', async () => {
      await editor.edit('node1');
      await editor.page.locator('#webhook-out-given-up button').first().click();
      await editor.page.click('#webhook-out-delete');
      await editor.page.locator('#webhook-out-given-up button').first().waitFor({ state: 'detached' });
      await editor.finish('node-dialog-cancel');
    });

    it('fits into a narrow dialog', async () => {
      await editor.page.setViewportSize({ width: 860, height: 800 });
      await editor.edit('node1');
      await shot('narrow');
      assert.equal(await editor.isCut('#webhook-out-form'), false);
      await editor.finish('node-dialog-cancel');
    });

    it('asks nobody but Node-RED and throws no errors', () => {
      assert.deepEqual(editor.strayRequests, []);
      assert.deepEqual(editor.pageErrors, []);
    });
  });
}
