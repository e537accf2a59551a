import assert from 'node:assert/strict';
import { exampleFlows } from '../../demo/example-flows.ts';
import { editorSuite, themes } from '../support/editor-suite.ts';
import { nodeRedVersion } from '../support/node-red-version.ts';
import type { OpenEditor } from '../support/open-editor.ts';

const flows = exampleFlows(['HTTP API'], {});
const sender = flows.find(({ type }) => type === 'send-email');
const sends = String(sender?.id);

for (const theme of themes) {
  describe(`callers and their keys in the editor of Node-RED ${nodeRedVersion}, ${theme}`, function () {
    this.timeout(30_000);

    let editor: OpenEditor;

    const { shot, saved } = editorSuite(this, { theme, pictures: 'callers-' }, async (start) => {
      ({ editor } = await start({ flows }));
    });

    const isVisible = (selector: string) => editor.page.locator(selector).isVisible();
    const cell = (row: number, column: string) =>
      `#node-input-apiKeys-list > li:nth-child(${row + 1}) [data-column="${column}"]`;
    const addRow = () =>
      editor.page.locator('#send-email-callers .red-ui-editableList-addButton').last().click();
    const isValid = () => editor.page.evaluate(`RED.nodes.node(${JSON.stringify(sends)}).valid`);

    it('shows the example', () => shot('example'));

    it('shows the callers of the example', async () => {
      await editor.edit(sends);
      assert.equal(await editor.page.inputValue(cell(0, 'name')), 'shop');
      assert.equal(await editor.page.inputValue(cell(0, 'variable')), 'SHOP_API_KEY');
      assert.equal(await editor.page.inputValue('#node-input-apiRate'), '600');
      await shot('keys');
      assert.equal(await editor.isCut('#send-email-form'), false);
      const barriers = await editor.barriersOf('#send-email-form');
      // the crosses that remove rows are Node-RED's own, and have no words
      assert.deepEqual(
        barriers.filter((barrier) => !barrier.includes('editableList-item-remove')),
        [],
      );
    });

    it('asks for a header only where the key comes in one', async () => {
      assert.equal(await isVisible('#node-input-apiKeyHeader'), true);
      await editor.page.selectOption('#node-input-apiKeyPlace', 'bearer');
      assert.equal(await isVisible('#node-input-apiKeyHeader'), false);
    });

    it('takes another caller, and marks what is missing', async () => {
      await addRow();
      await editor.page.fill(cell(1, 'name'), 'the crm');
      const marked = (column: string) => editor.page.locator(`${cell(1, column)}.input-error`).count();
      assert.deepEqual([await marked('name'), await marked('variable')], [1, 1]);
      await editor.page.fill(cell(1, 'name'), 'crm');
      await editor.page.fill(cell(1, 'variable'), 'CRM_API_KEY');
      assert.deepEqual([await marked('name'), await marked('variable')], [0, 0]);
      await shot('added');
    });

    it('saves them', async () => {
      await editor.finish('node-dialog-ok');
      assert.equal(await isValid(), true);
      const { apiKeys, apiKeyPlace, callersNeedKey } = await saved(sends);
      assert.deepEqual(apiKeys, [
        { name: 'shop', variable: 'SHOP_API_KEY' },
        { name: 'crm', variable: 'CRM_API_KEY' },
      ]);
      assert.deepEqual([apiKeyPlace, callersNeedKey], ['bearer', true]);
    });

    it('is there only for requests, and only where keys are needed', async () => {
      await editor.edit(sends);
      await editor.page.uncheck('#node-input-callersNeedKey');
      assert.equal(await isVisible('#node-input-apiRate'), false);
      await shot('no-keys');
      await editor.page.selectOption('#node-input-mode', 'message');
      assert.equal(await isVisible('#send-email-callers'), false);
      await editor.finish('node-dialog-cancel');
    });

    it('says what is missing when keys are needed and nobody has one', async () => {
      await editor.edit(sends);
      for (const _ of ['shop', 'crm']) {
        await editor.page
          .locator('#node-input-apiKeys-list .red-ui-editableList-item-remove')
          .first()
          .click();
        await editor.page.waitForTimeout(450);
      }
      await editor.finish('node-dialog-ok');
      assert.equal(await isValid(), false);
      const errors = await editor.page.evaluate(
        `RED.nodes.node(${JSON.stringify(sends)}).validationErrors.join('\\n')`,
      );
      assert.match(String(errors), /Callers: give each a name and an environment variable/);
    });

    it('asks nobody else for anything', () => {
      assert.deepEqual([editor.strayRequests, editor.pageErrors], [[], []]);
    });
  });
}
