import assert from 'node:assert/strict';
import { editorSuite, themes } from '../support/editor-suite.ts';
import { nodeRedVersion } from '../support/node-red-version.ts';
import type { OpenEditor } from '../support/open-editor.ts';
import type { RunningNodeRed } from '../support/start-node-red.ts';

const app = {
  id: 'app1',
  type: 'email-app',
  name: 'Shop',
  appId: 'dialogdialog0001',
  identity: 'example.com',
  sender: 'shop@example.com',
  route: 'none',
};
const filter = {
  id: 'node1',
  type: 'unsubscribe-filter',
  z: 'flow1',
  app: 'app1',
  mode: 'process',
  ruleMatch: 'all',
  conditions: [
    { property: 'email.text', operator: 'is-one-of', value: ['stop', 'leave'], caseSensitive: true },
  ],
  outputs: 3,
  x: 300,
  y: 120,
  wires: [[], [], []],
};

for (const theme of themes) {
  describe(`the unsubscribe filter's dialog on Node-RED ${nodeRedVersion}, ${theme}`, function () {
    this.timeout(30_000);

    let nodeRed: RunningNodeRed;
    let editor: OpenEditor;

    const { shot, saved } = editorSuite(this, { theme, pictures: 'unsubscribe-filter-' }, async (start) => {
      const flows = [{ id: 'flow1', type: 'tab', label: 'Flow' }, app, filter];
      ({ nodeRed, editor } = await start({ flows }));
    });

    const row = (index: number, part: string) =>
      `#node-input-conditions-list > li:nth-child(${index + 1}) [data-part="${part}"]`;
    const portCount = (id: string) => editor.page.locator(`[id="${id}"] .red-ui-flow-port-output`).count();

    it('starts as a filter of msg.to with two outputs', async () => {
      const id = await editor.dragFromPalette('unsubscribe-filter');
      assert.equal(await portCount(id), 2);
      await editor.edit(id);
      assert.equal(await editor.page.inputValue('#node-input-recipients'), 'to');
      assert.equal(await editor.page.inputValue('#node-input-messageClass'), 'marketing');
      assert.equal(await editor.page.locator('#node-input-ruleMatch').isVisible(), false);
      await shot('filter');
      await editor.page.click('#node-dialog-delete');
      await editor.page.waitForSelector('#node-dialog-delete', { state: 'detached' });
    });

    it('shows the conditions of a node written by hand', async () => {
      await editor.edit('node1');
      assert.equal(await editor.page.inputValue(row(0, 'value')), 'stop, leave');
      assert.equal(await editor.page.locator(row(0, 'case')).isChecked(), true);
    });

    it('adds a condition, and offers a value only where one is needed', async () => {
      await editor.page.click('.red-ui-editableList-addButton');
      await editor.page.selectOption(row(1, 'operator'), 'exists');
      assert.equal(await editor.page.locator(row(1, 'value')).isVisible(), false);
      await editor.page.selectOption(row(1, 'operator'), 'matches-regex');
      assert.equal(await editor.page.locator(`${row(1, 'value')}.input-error`).count(), 1);
      for (const refused of ['(unsubscribe', '(?!no )unsubscribe', '(a)\\1']) {
        await editor.page.fill(row(1, 'value'), refused);
        assert.equal(await editor.page.locator(`${row(1, 'value')}.input-error`).count(), 1, refused);
      }
      await editor.page.fill(row(1, 'value'), '\\bunsubscribe\\b');
      assert.equal(await editor.page.locator(`${row(1, 'value')}.input-error`).count(), 0);
      await shot('process');
    });

    it('saves them in the order into which they were dragged', async () => {
      await editor.page.locator('.red-ui-editableList-item-handle').nth(1).hover();
      await editor.page.mouse.down();
      const first = await editor.page.locator('#node-input-conditions-list > li').first().boundingBox();
      await editor.page.mouse.move(first!.x + 10, first!.y - 10, { steps: 12 });
      await editor.page.mouse.up();
      await editor.finish('node-dialog-ok');
      const { conditions, ruleMatch, outputs } = await saved('node1');
      assert.deepEqual(conditions, [
        { property: 'email.subject', operator: 'matches-regex', value: '\\bunsubscribe\\b' },
        { property: 'email.text', operator: 'is-one-of', value: 'stop, leave', caseSensitive: true },
      ]);
      assert.deepEqual([ruleMatch, outputs], ['all', 3]);
    });

    it('removes a condition', async () => {
      await editor.edit('node1');
      await editor.page.locator('.red-ui-editableList-item-remove').first().click();
      await editor.finish('node-dialog-ok');
      assert.equal(((await saved('node1')).conditions as object[]).length, 1);
    });

    for (const [mode, count] of [
      ['manage', 1],
      ['filter', 2],
      ['process', 3],
    ] as const) {
      it(`has ${count} outputs to ${mode}`, async () => {
        await editor.edit('node1');
        await editor.page.selectOption('#node-input-mode', mode);
        if (mode === 'manage') await shot('manage');
        await editor.finish('node-dialog-ok');
        assert.equal(await portCount('node1'), count);
        assert.deepEqual([(await saved('node1')).outputs, nodeRed.log().includes('[error]')], [count, false]);
      });
    }

    it('names its outputs', async () => {
      const label = 'RED.nodes.node("node1")._def.outputLabels.call(RED.nodes.node("node1"), 2)';
      assert.equal(await editor.page.evaluate(label), 'needs confirmation');
    });

    it('fits into a narrow dialog', async () => {
      await editor.page.setViewportSize({ width: 860, height: 800 });
      await editor.edit('node1');
      await shot('narrow');
      assert.equal(await editor.isCut('#unsubscribe-filter-form'), false);
      await editor.finish('node-dialog-cancel');
    });

    it('asks nobody but Node-RED and throws no errors', () => {
      assert.deepEqual(editor.strayRequests, []);
      assert.deepEqual(editor.pageErrors, []);
    });
  });
}
