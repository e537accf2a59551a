import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { editorSuite, themes } from '../support/editor-suite.ts';
import { nodeRedVersion } from '../support/node-red-version.ts';
import type { OpenEditor } from '../support/open-editor.ts';
import { pieces } from '../support/pieces.ts';
import { openTestQueue } from '../support/sqlite-inbound.ts';

const appId = 'asideaside000001';
const app = {
  id: 'app1',
  type: 'email-app',
  name: 'Shop',
  appId,
  identity: 'example.com',
  sender: 'shop@example.com',
  route: 'none',
};
const sender = {
  id: 'send1',
  type: 'send-email',
  z: 'flow1',
  app: 'app1',
  x: 300,
  y: 120,
  wires: [[], [], []],
};

const why = 'Something unexpected happened: Node-RED ended each time in the middle of it.';
const raws = [
  'From: "Ann" <ann@a.example>\r\nSubject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\r\n\r\nhello',
  'From: bob@b.example\r\nSubject: <img src=x onerror=alert(1)> and a subject that goes on for longer than a row has room\r\n\r\nx',
  'no header at all',
];

/** As a process left them that failed at each. */
async function setAside(userDir: string): Promise<void> {
  const { queue, close } = await openTestQueue(join(userDir, 'email-app', appId));
  for (const [index, raw] of raws.entries()) {
    const facts = { source: 'imap', envelope: { to: [] }, receivedAt: Date.UTC(2026, 2, 3) } as const;
    const { id } = await queue.accept(pieces(raw), facts, 1000);
    await queue.begin();
    await queue.setAside(id, why, Date.now() - 10_000 + index);
  }
  await close();
}

for (const theme of themes) {
  describe(`mails that failed, in the editor of Node-RED ${nodeRedVersion}, ${theme}`, function () {
    this.timeout(60_000);

    let editor: OpenEditor;
    let userDir: string;
    const { shot } = editorSuite(this, { theme, pictures: 'aside-' }, async (start) => {
      userDir = mkdtempSync(join(tmpdir(), 'email-aside-'));
      await setAside(userDir);
      const flows = [{ id: 'flow1', type: 'tab', label: 'Flow' }, app, sender];
      ({ editor } = await start({ flows, userDir }));
    });
    after(() => userDir && rm(userDir, { recursive: true, force: true, maxRetries: 20 }));

    const rows = () => editor.page.locator('#email-app-aside-list > li');
    const left = (count: number) =>
      editor.page.waitForFunction(
        `document.querySelectorAll('#email-app-aside-list > li').length === ${count}`,
      );
    const button = (row: number, name: string) => rows().nth(row).getByRole('button', { name });

    it('shows who wrote each, about what, and why it failed', async () => {
      await editor.edit('send1');
      await editor.openConfig('app', 'edit');
      await editor.tab('inbound');
      await editor.page.waitForSelector('#email-app-aside:not(.email-hidden)');
      assert.equal(await editor.textOf('#email-app-aside-count'), '3');
      await editor.page.click('#email-app-aside > summary');
      await left(3);
      const texts = await rows().allTextContents();
      assert.match(String(texts[0]), /no subject.*sender unknown/);
      assert.match(String(texts[1]), /<img src=x onerror=alert\(1\)>.*bob@b\.example/);
      assert.match(String(texts[2]), /Grüße.*ann@a\.example.*in the middle of it/);
      await shot('list');
      assert.equal(await editor.isCut('#email-app-form'), false);
      assert.deepEqual(await editor.barriersOf('#email-app-aside'), []);
    });

    it('saves the raw mail as a file', async () => {
      const coming = editor.page.waitForEvent('download');
      await button(2, 'Download').click();
      const download = await coming;
      assert.match(download.suggestedFilename(), /^mail-2026-03-03-[\da-f]{8}\.eml$/);
      assert.equal(readFileSync(await download.path(), 'utf8'), raws[0]);
    });

    it('deletes one at the second click', async () => {
      await button(0, 'Delete').click();
      await button(0, 'Delete for good').waitFor();
      await shot('sure');
      assert.equal(await rows().count(), 3);
      await button(0, 'Delete for good').click();
      await left(2);
    });

    it('tries one again, then all', async () => {
      await button(0, 'Try again').click();
      await left(1);
      await editor.page.click('#email-app-aside-retry');
      await left(0);
      assert.match(await editor.textOf('#email-app-aside-answer'), /None is left/);
      await editor.page.waitForFunction(
        `document.querySelector('#email-app-sources-answer').textContent.includes('Waiting for a flow: 2.')`,
      );
      await shot('none');
    });

    it('offers a limit for what is kept', async () => {
      await editor.page.locator('#email-app-inbound > details:last-of-type > summary').click();
      const field = editor.page.locator('#node-config-input-maxKeptMb');
      await field.fill('12');
      await field.press('Tab');
      assert.equal(await editor.page.locator('#node-config-input-maxKeptMb.input-error').count(), 1);
      await field.fill('2000');
      await field.scrollIntoViewIfNeeded();
      await shot('limit');
      assert.equal(await editor.isCut('#email-app-form'), false);
    });

    it('throws no errors', () => {
      assert.deepEqual([editor.strayRequests, editor.pageErrors], [[], []]);
    });
  });
}
