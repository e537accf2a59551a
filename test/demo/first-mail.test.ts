import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser, missingBrowser, type OpenEditor, openEditor } from '../support/open-editor.ts';

const root = resolve(import.meta.dirname, '../..');

/** What the welcome box prints. */
interface Addresses {
  readonly editor: string;
  readonly inbox: string;
}

async function addressesIn(demo: ChildProcess): Promise<Addresses> {
  const found: Partial<Record<'Node-RED' | 'Mail inbox', string>> = {};
  for await (const line of createInterface({ input: demo.stdout! })) {
    const [, name, address] = /(Node-RED|Mail inbox)\s+(http:\S+)/.exec(line) ?? [];
    if (name && address) found[name as 'Node-RED' | 'Mail inbox'] = address;
    const { 'Node-RED': editor, 'Mail inbox': inbox } = found;
    if (editor && inbox) return { editor, inbox };
  }
  throw new Error('The demo ended before it was ready.');
}

const shot = (page: Page, name: string) =>
  page.screenshot({ path: join(root, 'test/editor/screenshots', `${name}.png`) });

const isUp = (url: string): Promise<boolean> =>
  fetch(url).then(
    () => true,
    () => false,
  );

describe('the first mail, as the README tells it', function () {
  this.timeout(90_000);
  this.bail(true);

  let folder: string;
  let demo: ChildProcess;
  let addresses: Addresses;
  let browser: Browser;
  let editor: OpenEditor;

  before(async function () {
    const missing = missingBrowser();
    if (missing) {
      console.log(`    skipped: ${missing}`);
      this.skip();
    }
    folder = await mkdtemp(join(tmpdir(), 'email-app-demo-'));
    demo = spawn('npm', ['start'], {
      cwd: root,
      env: { ...process.env, DEMO_FOLDER: folder },
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    });
    addresses = await addressesIn(demo);
    demo.stdout?.resume();
    browser = await launchBrowser();
    editor = await openEditor(browser, addresses.editor, 'light');
  });

  after(async () => {
    await browser?.close();
    if (demo?.exitCode === null && demo.signalCode === null) process.kill(-Number(demo.pid), 'SIGKILL');
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  it('shows the example flow', async () => {
    await editor.page.locator('.red-ui-tab:visible', { hasText: 'Send a welcome mail' }).first().click();
    const names = await editor.page.locator('.red-ui-flow-node-label-text:visible').allTextContents();
    assert.ok(names.includes('Ada signs up'), names.join(', '));
  });

  it('delivers the mail into the web inbox at the press of the button', async () => {
    await editor.page.locator('[id="5a1e0f0c0de01003"] .red-ui-flow-node-button-button').click();
    const inbox = await browser.newPage({ viewport: { width: 1440, height: 480 } });
    await inbox.goto(addresses.inbox);
    await inbox.getByText('Welcome to Example Shop, Ada').first().click({ timeout: 15_000 });
    for (const text of ['1 email', 'logo.png', 'prices.csv']) await inbox.getByText(text).first().waitFor();
    const body = inbox.frameLocator('iframe');
    await body.getByText('Welcome, Ada!').waitFor();
    const width = await body.locator('img').evaluate((image) => (image as HTMLImageElement).naturalWidth);
    assert.ok(width > 0, 'the picture inside the mail is shown');
    await shot(inbox, 'demo-inbox');
    await editor.page.setViewportSize({ width: 1440, height: 560 });
    await editor.page.locator('.red-ui-debug-msg').first().waitFor();
    await editor.page.locator('.red-ui-flow-node-status-label', { hasText: 'ready' }).first().waitFor();
    await editor.page.locator('.red-ui-notification').first().waitFor({ state: 'hidden' });
    await shot(editor.page, 'demo-flow');
  });

  it('stops everything with Ctrl-C', async () => {
    process.kill(-Number(demo.pid), 'SIGINT');
    await once(demo, 'exit');
    assert.deepEqual([await isUp(addresses.editor), await isUp(addresses.inbox)], [false, false]);
  });
});
