import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser, missingBrowser, type OpenEditor, openEditor } from '../support/open-editor.ts';
import { smtpDialogue } from '../support/smtp-dialogue.ts';

const root = resolve(import.meta.dirname, '../..');

/** What the welcome box prints. */
interface Addresses {
  readonly editor: string;
  readonly inbox: string;
  /** Where the example apps receive. */
  readonly receiver: string;
  /** Of the demo's data. */
  readonly folder: string;
}

async function addressesIn(demo: ChildProcess): Promise<Addresses> {
  const found = new Map<string, string>();
  for await (const line of createInterface({ input: demo.stdout! })) {
    const [, name, place] =
      /(Node-RED|Mail inbox|Takes mail|kept in)\s+((?:https?:|smtp:|\/)\S+)/.exec(line) ?? [];
    if (name && place) found.set(name, place);
    const names = ['Node-RED', 'Mail inbox', 'Takes mail', 'kept in'];
    const [editor, inbox, receiver, folder] = names.map((one) => found.get(one));
    if (editor && inbox && receiver && folder) return { editor, inbox, receiver, folder };
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

const mailButton = '5a1e0f0c0de09006';

/** What a mail program does at the press of its button: the header's address and subject, a mail, nothing else. */
async function unsubscribeByMail(header: string, receiver: string): Promise<string> {
  const { pathname: to, searchParams } = new URL(/mailto:[^>\s"]+/.exec(header)?.[0] ?? 'none:');
  const dialogue = await smtpDialogue(Number(new URL(receiver).port));
  await dialogue.announce(to, 'ada@reader.example.org');
  const lines = [
    'From: ada@reader.example.org',
    `To: ${to}`,
    `Subject: ${searchParams.get('subject')}`,
    '',
    '.',
  ];
  const answer = await dialogue.say(lines.join('\r\n'));
  dialogue.cut();
  return answer;
}

const newsletterButton = '5a1e0f0c0de04003';

/** Wires the button to send-email directly, as a flow without a filter is. */
const bypassFilter = `(() => {
  const [source, filter, target] = ['003', '004', '005'].map((end) => RED.nodes.node('5a1e0f0c0de04' + end));
  RED.nodes.removeLink({ source, sourcePort: 0, target: filter });
  RED.nodes.addLink({ source, sourcePort: 0, target });
  RED.nodes.dirty(true);
  RED.view.redraw(true);
})()`;

describe('the first mail, as the README tells it', function () {
  this.timeout(90_000);
  this.bail(true);

  let folder: string;
  let demo: ChildProcess;
  let addresses: Addresses;
  let browser: Browser;
  let editor: OpenEditor;
  let inbox: Page;
  let header = '';

  const press = (button: string) =>
    editor.page.locator(`[id="${button}"] .red-ui-flow-node-button-button`).click();

  /** What came to the debug node of that name. */
  const debugged = (name: string) => editor.page.locator('.red-ui-debug-msg', { hasText: `node: ${name}` });

  const openTab = (name: string) =>
    editor.page.locator('.red-ui-tab:visible', { hasText: name }).first().click();

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

  it('says where it keeps its data', () => assert.equal(addresses.folder, folder));

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

  // The second story, docs/flow.md “A recipient leaves”: it goes on in the same demo.
  it('sends the newsletter to its two readers', async () => {
    await openTab('Newsletter with filter');
    await press(newsletterButton);
    await debugged('sent').nth(2).waitFor();
  });

  it('takes the link in the mail to a page, which asks before it does anything', async () => {
    inbox = await browser.newPage({ viewport: { width: 1440, height: 640 } });
    await inbox.goto(addresses.inbox);
    await inbox.getByText('News for Ada').first().click({ timeout: 15_000 });
    const link = inbox.frameLocator('iframe').getByRole('link', { name: 'Unsubscribe' });
    const href = String(await link.getAttribute('href'));
    assert.ok(
      href.startsWith(`${addresses.editor.replace(/\/$/, '')}/email-app/exampleapp/unsubscribe/`),
      href,
    );
    await inbox.goto(href);
    await inbox.getByText('a•••@example.org').waitFor();
    await shot(inbox, 'demo-unsubscribe-page');
  });

  it('unsubscribes at the press of the page’s button', async () => {
    await inbox.getByRole('button', { name: 'Unsubscribe' }).click();
    await inbox.getByRole('button', { name: 'Undo' }).waitFor();
    await shot(inbox, 'demo-unsubscribed');
  });

  it('leaves the reader out of the next newsletter', async () => {
    await press(newsletterButton);
    await debugged('left out').first().waitFor();
    await debugged('sent').nth(3).waitFor();
    await shot(editor.page, 'demo-left-out');
  });

  it('holds the reader at the hand-over, too, on output 2', async () => {
    await editor.page.evaluate(bypassFilter);
    await editor.deploy();
    await press(newsletterButton);
    await debugged('held').first().waitFor();
    await debugged('sent').nth(4).waitFor();
    await shot(editor.page, 'demo-held');
  });

  // The third story: leaving by mail, without a link.
  it('puts an address for leaving by mail into the newsletter', async () => {
    await openTab('Unsubscribe by mail');
    await press(mailButton);
    const got = debugged('Ada got').first();
    await got.locator('.red-ui-debug-msg-expandable').click();
    header = (await got.locator('pre').textContent()) ?? '';
    assert.match(header, /^<mailto:leave@news\.example\.com\?subject=[^>]+>$/);
  });

  it('takes the mail to that address for what it is, and tells of it as an event', async () => {
    assert.match(await unsubscribeByMail(header, addresses.receiver), /^250 /);
    await debugged('recorded').first().waitFor();
    const event = debugged('unsubscribed').first();
    await event.locator('.red-ui-debug-msg-expandable').first().click();
    await event
      .locator('.red-ui-debug-msg-object-key:visible', { hasText: /^detail$/ })
      .last()
      .click();
    for (const text of ['unsubscribe.added', 'ada@reader.example.org', 'mailto'])
      await event.getByText(`"${text}"`).last().waitFor();
    await editor.page.setViewportSize({ width: 1440, height: 1000 });
    await shot(editor.page, 'demo-unsubscribed-by-mail');
  });

  it('holds the next newsletter to that reader', async () => {
    await press(mailButton);
    await debugged('held').nth(1).waitFor();
    assert.equal(await debugged('Ada got').count(), 1);
    await shot(editor.page, 'demo-held-after-mail');
  });

  it('shows what came back of three mails', async () => {
    await openTab('Bounces and complaints');
    for (const [index, button] of ['11', '12', '13'].entries()) {
      await press(`5a1e0f0c0de070${button}`);
      await debugged('rows').nth(index).waitFor();
    }
    await shot(editor.page, 'demo-bounces');
  });

  it('stops everything with Ctrl-C', async () => {
    process.kill(-Number(demo.pid), 'SIGINT');
    await once(demo, 'exit');
    assert.deepEqual([await isUp(addresses.editor), await isUp(addresses.inbox)], [false, false]);
  });
});
