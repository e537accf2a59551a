import assert from 'node:assert/strict';
import { type FlowNode, readExample } from '../../demo/example-flows.ts';
import { type EmailEvent, eventTypes } from '../../nodes/lib/event/event-log.ts';
import { editorSuite, themes } from '../support/editor-suite.ts';
import { type FakeSmtpServer, fakeSmtpServer } from '../support/fake-smtp-server.ts';
import { type FlowResults, openFlowResults } from '../support/flow-results.ts';
import { nodeRedVersion } from '../support/node-red-version.ts';
import type { OpenEditor } from '../support/open-editor.ts';
import type { RunningNodeRed } from '../support/start-node-red.ts';

/** So many bounces are too many of so many mails. */
const mails = 6;

const sender = readExample('Bounces and complaints').find(({ type }) => type === 'send-email');

const flowsFor = (port: number): FlowNode[] => [
  { id: 'flow1', type: 'tab', label: 'Flow' },
  {
    ...{ id: 'app1', type: 'email-app', name: 'Shop', appId: 'dialogdialog0003', identity: 'example.com' },
    ...{ sender: 'shop@example.com', route: 'smtp', host: '127.0.0.1', port, security: 'none' },
    breakerLeast: 5,
  },
  {
    ...{ id: 'button', type: 'inject', name: 'send', z: 'flow1', x: 140, y: 320, wires: [['send1']] },
    ...{ repeat: '', crontab: '', once: false, onceDelay: 0.1, topic: '' },
    props: [
      {
        p: 'to',
        v: Array.from({ length: mails }, (_each, at) => `gone${at}@example.org`).join(', '),
        vt: 'str',
      },
    ],
  },
  {
    ...sender,
    id: 'send1',
    type: 'send-email',
    z: 'flow1',
    g: undefined,
    app: 'app1',
    x: 320,
    y: 320,
    wires: [[], [], []],
  },
  { id: 'events', type: 'debug', name: 'events', z: 'flow1', x: 620, y: 160, complete: 'true', wires: [] },
];

for (const theme of themes) {
  describe(`events in the editor of Node-RED ${nodeRedVersion}, ${theme}`, function () {
    this.timeout(30_000);

    let editor: OpenEditor;
    let nodeRed: RunningNodeRed;
    let results: FlowResults;
    let server: FakeSmtpServer;
    let id: string;

    const { shot, saved, deploy } = editorSuite(this, { theme, pictures: 'event-' }, async (start) => {
      server = await fakeSmtpServer({ rcpt: () => '550 5.1.1 User unknown' });
      results = await openFlowResults();
      ({ editor, nodeRed } = await start({ flows: results.watch(flowsFor(server.port)) }));
    });
    after(async () => {
      await results?.close();
      await server?.close();
    });

    const box = (type: string) => editor.page.locator(`#node-input-types-list input[value="${type}"]`);
    const events = () => results.at('events').map(({ payload }) => payload as EmailEvent);

    it('starts with all types but those of who only looked, in groups', async () => {
      id = await editor.dragFromPalette('email-event');
      await editor.edit(id);
      await editor.page.selectOption('#node-input-app', 'app1');
      const groups = await editor.page.locator('#node-input-types-list legend').allTextContents();
      assert.deepEqual(groups, ['A mail on its way', 'Its reader', 'The suppression list', 'The app itself']);
      const boxes = editor.page.locator('#node-input-types-list input');
      const off = await boxes.evaluateAll((all) =>
        (all as HTMLInputElement[]).filter(({ checked }) => !checked).map(({ value }) => value),
      );
      assert.deepEqual([await boxes.count(), off], [eventTypes.length, ['email.opened', 'email.clicked']]);
      await shot('new');
      assert.deepEqual(await editor.barriersOf('#email-event-form'), []);
    });

    it('says that a node without a type does nothing', async () => {
      for (const one of await editor.page.locator('#node-input-types-list input').all()) await one.uncheck();
      await editor.finish('node-dialog-ok');
      const why = `RED.nodes.node(${JSON.stringify(id)}).validationErrors.join()`;
      assert.equal(await editor.page.evaluate(why), 'Choose at least one type of event');
    });

    it('saves the types that were ticked', async () => {
      await editor.edit(id);
      for (const type of ['email.failed', 'app.paused']) await box(type).check();
      await shot('chosen');
      await editor.finish('node-dialog-ok');
      const { types, app } = await saved(id);
      assert.deepEqual([types, app], [['email.failed', 'app.paused'], 'app1']);
    });

    it('shows them again', async () => {
      await editor.edit(id);
      assert.equal(await editor.page.locator('#node-input-types-list input:checked').count(), 2);
      await editor.page.locator('#node-input-types-list legend').last().scrollIntoViewIfNeeded();
      await editor.finish('node-dialog-cancel');
    });

    it('sends an event of such a type out on its wire, and no other', async () => {
      const ends = `source: RED.nodes.node(${JSON.stringify(id)}), target: RED.nodes.node('events')`;
      await editor.page.evaluate(`RED.nodes.addLink({ ${ends}, sourcePort: 0 }); RED.nodes.dirty(true)`);
      await deploy();
      await fetch(`${nodeRed.url}/inject/button`, { method: 'POST' });
      await results.reach('events', mails + 1);
      const told = events().map(({ type }) => type);
      assert.deepEqual(told.sort(), ['app.paused', ...Array(mails).fill('email.failed')]);
      // the last of them, whichever that is
      const last = { hasText: /app\.paused|email\.failed/ };
      await editor.page.locator('.red-ui-flow-node-status-label', last).waitFor();
      await shot('canvas');
    });

    it('shows on the tab Delivery that the breaker paused the marketing, and Resume ends that', async () => {
      await editor.edit('send1');
      await editor.openConfig('app', 'edit');
      await editor.tab('delivery');
      const sentence = await editor.answerOf('#email-app-state-answer', 'bad');
      assert.match(sentence, /^Marketing mail waits until you press Resume: 100\.0 % bounces among \d mails/);
      await shot('marketing-paused');
      await editor.page.locator('#email-app-pause', { hasText: 'Resume' }).click();
      await editor.page.locator('#email-app-pause', { hasText: 'Pause' }).waitFor();
      assert.match(await editor.textOf('#email-app-state-answer'), /^Last failure: .*User unknown/);
      await shot('marketing-resumed');
      await editor.finish('node-config-dialog-cancel');
      await editor.finish('node-dialog-cancel');
    });

    it('fits into a narrow dialog', async () => {
      await editor.page.setViewportSize({ width: 860, height: 800 });
      await editor.edit(id);
      await shot('narrow');
      assert.equal(await editor.isCut('#email-event-form'), false);
      await editor.finish('node-dialog-cancel');
    });

    it('asks nobody but Node-RED and throws no errors', () => {
      assert.deepEqual(editor.strayRequests, []);
      assert.deepEqual(editor.pageErrors, []);
    });
  });
}
