import assert from 'node:assert/strict';
import { editorSuite, themes } from '../support/editor-suite.ts';
import { nodeRedVersion } from '../support/node-red-version.ts';
import type { OpenEditor } from '../support/open-editor.ts';
import { findFreePort } from '../support/start-node-red.ts';

const app = {
  id: 'app1',
  type: 'email-app',
  name: 'Shop',
  appId: 'dialogdialog0002',
  identity: 'example.com',
  sender: 'shop@example.com',
  baseUrl: 'https://flows.example.com',
  route: 'none',
};
const debug = (id: string, y: number) => ({ id, type: 'debug', z: 'flow1', x: 560, y, wires: [] });
const inbound = {
  id: 'node1',
  type: 'inbound-email',
  z: 'flow1',
  app: 'app1',
  rules: [
    {
      name: 'orders',
      match: 'all',
      conditions: [
        { property: 'email.subject', operator: 'contains', value: 'order' },
        { property: 'email.headers.x-shop', operator: 'exists' },
      ],
    },
    {
      name: 'big',
      match: 'any',
      conditions: [{ property: 'payload.length', operator: 'greater-than', value: 5000 }],
    },
  ],
  outputs: 4,
  x: 300,
  y: 120,
  wires: [['mail'], [], ['orders'], ['big']],
};

for (const theme of themes) {
  describe(`receiving mail in the editor of Node-RED ${nodeRedVersion}, ${theme}`, function () {
    this.timeout(30_000);

    let editor: OpenEditor;

    const { shot, saved } = editorSuite(this, { theme, pictures: 'inbound-' }, async (start) => {
      const ends = ['mail', 'orders', 'big'].map((id, index) => debug(id, 80 + 60 * index));
      const flows = [{ id: 'flow1', type: 'tab', label: 'Flow' }, app, inbound, ...ends];
      ({ editor } = await start({ flows }));
    });

    const rule = (index: number) => `#node-input-rules-list > li:nth-child(${index + 1})`;
    const condition = (at: number, index: number, part: string) =>
      `${rule(at)} .email-rule-conditions > li:nth-child(${index + 1}) [data-part="${part}"]`;
    const field = (name: string) => `#node-config-input-${name}`;
    const invalid = (name: string) => editor.page.locator(`${field(name)}.input-error`).count();
    /** Node-RED looks at what was typed when a key comes up, or when the field is left. */
    async function type(selector: string, text: string): Promise<void> {
      await editor.page.fill(selector, text);
      await editor.page.press(selector, 'Tab');
    }
    const portCount = (id: string) => editor.page.locator(`[id="${id}"] .red-ui-flow-port-output`).count();
    const addRule = () =>
      editor.page.locator('#inbound-email-form .email-list .red-ui-editableList-addButton').last().click();

    it('starts with an output for mails and one for automatic ones', async () => {
      const id = await editor.dragFromPalette('inbound-email');
      assert.equal(await portCount(id), 2);
      await editor.edit(id);
      assert.equal(await editor.page.locator('#node-input-includeAttachments').isChecked(), true);
      await shot('new');
      await editor.page.click('#node-dialog-delete');
      await editor.page.waitForSelector('#node-dialog-delete', { state: 'detached' });
    });

    it('shows the parts of a mail by name, and other paths as they are', async () => {
      await editor.edit('node1');
      const text = await editor.page.locator(rule(0)).textContent();
      assert.match(text ?? '', /subject/);
      assert.match(text ?? '', /header field/);
      await shot('rules');
      assert.equal(await editor.isCut('#inbound-email-form'), false);
    });

    it('adds a rule, and saves the others as they were', async () => {
      await addRule();
      await editor.page.fill(`${rule(2)} [data-part="name"]`, 'refunds');
      await editor.page.fill(condition(2, 0, 'value'), 'refund');
      await shot('added');
      await editor.finish('node-dialog-ok');
      assert.equal(await portCount('node1'), 5);
      const { rules, outputs, wires } = await saved('node1');
      assert.deepEqual((rules as object[]).slice(0, 1), inbound.rules.slice(0, 1));
      assert.deepEqual((rules as object[])[2], {
        name: 'refunds',
        match: 'all',
        conditions: [{ property: 'email.subject', operator: 'contains', value: 'refund' }],
      });
      assert.deepEqual([outputs, wires], [5, [['mail'], [], ['orders'], ['big'], []]]);
    });

    it('keeps the wires of a rule when the one before it is removed', async () => {
      await editor.edit('node1');
      await editor.page.locator(`${rule(0)} > .red-ui-editableList-item-remove`).click();
      // at once: while the removed rule still fades out
      await editor.finish('node-dialog-ok');
      const { rules, wires } = await saved('node1');
      assert.deepEqual(
        (rules as { name: string }[]).map(({ name }) => name),
        ['big', 'refunds'],
      );
      assert.deepEqual(wires, [['mail'], [], ['big'], []]);
    });

    it('names its outputs after the rules', async () => {
      const label = (index: number) =>
        `RED.nodes.node("node1")._def.outputLabels.call(RED.nodes.node("node1"), ${index})`;
      const labels = await Promise.all([1, 2, 3].map((index) => editor.page.evaluate(label(index))));
      assert.deepEqual(labels, ['automatic', 'big', 'refunds']);
    });

    it('offers the sources of an app, each with what it needs', async () => {
      await editor.edit('node1');
      await editor.openConfig('app', 'edit');
      await editor.tab('inbound');
      await shot('tab-empty');
      assert.equal(await editor.page.locator(field('receiverHost')).isVisible(), false);
      await editor.page.check(field('inboundSmtp'));
      assert.equal(await editor.page.locator(`${field('receiverHost')}.input-error`).count(), 1);
      await editor.page.fill(field('receiverHost'), 'mail-in.example.com');
      await editor.page.fill(field('receiverPort'), String(await findFreePort()));
      await editor.page.fill(field('receiverAddress'), '127.0.0.1');
      await shot('tab-smtp');
      assert.equal(await editor.isCut('#email-app-form'), false);
    });

    it('makes a secret for mails that are posted, and shows where to', async () => {
      await editor.page.check(field('inboundHttp'));
      assert.equal(await invalid('httpSecret'), 1);
      await editor.page.click('#email-app-secret-make');
      assert.equal(await invalid('httpSecret'), 0);
      assert.match(await editor.page.inputValue(field('httpSecret')), /^[\w-]{32}$/);
      const url = await editor.page.inputValue('#email-app-inbound-url');
      assert.equal(url, 'https://flows.example.com/email-app/dialogdialog0002/inbound');
    });

    it('tries a mailbox that was never deployed, and says in words why it fails', async () => {
      await editor.page.check(field('inboundImap'));
      assert.deepEqual([await invalid('imapUser'), await invalid('imapPassword')], [1, 1]);
      await editor.page.fill(field('imapHost'), '127.0.0.1');
      await editor.page.fill(field('imapPort'), String(await findFreePort()));
      await editor.page.fill(field('imapUser'), 'ann');
      await type(field('imapPassword'), 'secret');
      assert.deepEqual([await invalid('imapUser'), await invalid('imapPassword')], [0, 0]);
      await editor.page.click('#email-app-imap-test');
      const answer = editor.page.locator('#email-app-imap-answer.bad');
      await answer.waitFor();
      assert.match((await answer.textContent()) ?? '', /nothing answers on this port/);
      await editor.page.locator('#email-app-imap-test').scrollIntoViewIfNeeded();
      await shot('tab-imap');
      await editor.page.uncheck(field('inboundImap'));
    });

    it('asks how Amazon tells of mails, on its route only', async () => {
      assert.equal(await editor.page.locator(field('inboundSes')).isVisible(), false);
      await editor.tab('route');
      await editor.page.selectOption(field('route'), 'ses');
      await editor.tab('inbound');
      assert.equal(await editor.page.locator(field('sesNotices')).isVisible(), false);
      await editor.page.check(field('sesEvents'));
      await editor.page.selectOption(field('sesNotices'), 'endpoint');
      assert.equal(await editor.page.locator(`${field('sesTopics')}.input-error`).count(), 1);
      const url = await editor.page.inputValue('#email-app-sns-url');
      assert.equal(url, 'https://flows.example.com/email-app/dialogdialog0002/sns');
      await editor.page.locator(field('sesTopics')).scrollIntoViewIfNeeded();
      await shot('tab-ses');
      await editor.page.uncheck(field('sesEvents'));
      await editor.tab('route');
      await editor.page.selectOption(field('route'), 'none');
    });

    it('offers what follows from bounces', async () => {
      await editor.tab('delivery');
      await editor.page.click('#email-app-bounces-section summary');
      await editor.page.locator(field('breakerHours')).scrollIntoViewIfNeeded();
      await shot('bounces');
      assert.equal(await editor.isCut('#email-app-form'), false);
      await type(field('bouncePause'), '1');
      assert.equal(await invalid('bounceWarn'), 1, 'marketing would pause before it warns, at 2 %');
      await type(field('bounceWarn'), '0.5');
      assert.equal(await invalid('bounceWarn'), 0);
      await editor.page.uncheck(field('breaker'));
      assert.equal(await editor.page.locator(field('bounceWarn')).isVisible(), false);
    });

    it('saves all of it, the secret as a credential', async () => {
      await editor.finish('node-config-dialog-ok');
      await editor.finish('node-dialog-ok');
      const flow = await saved('app1');
      const { inboundSmtp, receiverHost, inboundHttp, breaker, suppressHardBounces, httpSecret } = flow;
      assert.deepEqual([inboundSmtp, receiverHost, inboundHttp], [true, 'mail-in.example.com', true]);
      assert.deepEqual([breaker, suppressHardBounces, httpSecret], [false, true, undefined]);
    });

    it('shows how the sources stand, and the address to forward to', async () => {
      await editor.edit('node1');
      await editor.openConfig('app', 'edit');
      await editor.tab('inbound');
      await editor.page.locator('#email-app-inbound-sources li').first().waitFor();
      const address = await editor.page.inputValue('#email-app-forwarding');
      assert.match(address, /^in-[a-z0-9]{16}@mail-in\.example\.com$/);
      assert.equal(await invalid('httpSecret'), 0, 'it is saved');
      assert.equal(await editor.textOf('#email-app-sources-answer'), '', 'no mail waits');
      await shot('tab-state');
      await editor.finish('node-config-dialog-cancel');
      await editor.finish('node-dialog-cancel');
    });

    it('fits into a narrow dialog', async () => {
      await editor.page.setViewportSize({ width: 860, height: 800 });
      await editor.edit('node1');
      await shot('narrow');
      assert.equal(await editor.isCut('#inbound-email-form'), false);
      await editor.finish('node-dialog-cancel');
    });

    it('asks nobody but Node-RED and throws no errors', () => {
      assert.deepEqual(editor.strayRequests, []);
      assert.deepEqual(editor.pageErrors, []);
    });
  });
}
