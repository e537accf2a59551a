import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser, missingBrowser, type OpenEditor, openEditor } from '../support/open-editor.ts';
import { smtpDialogue } from '../support/smtp-dialogue.ts';
import { gesturesOn, shot } from './demo-gestures.ts';
import { type Demo, openDemo } from './open-demo.ts';

const isUp = (url: string): Promise<boolean> =>
  fetch(url).then(
    () => true,
    () => false,
  );

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

/** Wires the button to send-email directly, as a flow without a filter is. */
const bypassFilter = `(() => {
  const [source, filter, target] = ['003', '004', '005'].map((end) => RED.nodes.node('5a1e0f0c0de04' + end));
  RED.nodes.removeLink({ source, sourcePort: 0, target: filter });
  RED.nodes.addLink({ source, sourcePort: 0, target });
  RED.nodes.dirty(true);
  RED.view.redraw(true);
})()`;

describe('the other stories of the demo', function () {
  this.timeout(90_000);
  this.bail(true);

  let demo: Demo;
  let browser: Browser;
  let editor: OpenEditor;
  let page: Page;
  let header = '';
  let on: ReturnType<typeof gesturesOn>;

  before(async function () {
    const missing = missingBrowser();
    if (missing) {
      console.log(`    skipped: ${missing}`);
      this.skip();
    }
    demo = await openDemo();
    browser = await launchBrowser();
    editor = await openEditor(browser, demo.editor, 'light');
    on = gesturesOn(editor.page);
  });

  after(async () => {
    await browser?.close();
    await demo?.close();
  });

  it('keeps its data where it says', () => assert.equal(demo.folder, demo.given));

  // docs/flow.md, “A recipient leaves”
  it('sends the newsletter to its two readers', async () => {
    await on.openTab('Newsletter with filter');
    await on.press('send the newsletter');
    await on.debugged('sent').nth(1).waitFor();
  });

  it('takes the link in the mail to a page, which asks before it does anything', async () => {
    const inbox = await browser.newPage({ viewport: { width: 1440, height: 640 } });
    await inbox.goto(demo.inbox);
    await inbox.getByText('News for Ada').first().click({ timeout: 15_000 });
    const link = inbox.frameLocator('iframe').getByRole('link', { name: 'Unsubscribe' });
    const opened = inbox.context().waitForEvent('page');
    await link.click();
    page = await opened;
    assert.ok(page.url().startsWith(`${demo.editor}/email-app/exampleapp/unsubscribe/`), page.url());
    await page.getByText('a•••@example.org').waitFor();
    await shot(page, 'demo-unsubscribe-page');
  });

  it('unsubscribes at the press of the page’s button', async () => {
    await page.getByRole('button', { name: 'Unsubscribe' }).click();
    await page.getByRole('button', { name: 'Undo' }).waitFor();
    await shot(page, 'demo-unsubscribed');
  });

  it('leaves the reader out of the next newsletter', async () => {
    await on.press('send the newsletter');
    await on.debugged('left out').first().waitFor();
    await on.debugged('sent').nth(2).waitFor();
    await shot(editor.page, 'demo-left-out');
  });

  it('holds the reader at the hand-over, too, on output 2', async () => {
    await editor.page.evaluate(bypassFilter);
    await editor.deploy();
    await on.press('send the newsletter');
    await on.debugged('held').first().waitFor();
    await on.debugged('sent').nth(3).waitFor();
    await shot(editor.page, 'demo-held');
  });

  // Leaving by mail, without a link.
  it('puts an address for leaving by mail into the newsletter', async () => {
    await on.openTab('Unsubscribe by mail');
    await on.press('send the newsletter');
    const got = on.debugged('Ada got').first();
    await on.unfold(got);
    header = (await got.locator('pre').textContent()) ?? '';
    assert.match(header, /^<mailto:leave@news\.example\.com\?subject=[^>]+>$/);
  });

  it('takes the mail to that address for what it is, and tells of it as an event', async () => {
    assert.match(await unsubscribeByMail(header, demo.receiver), /^250 /);
    await on.debugged('recorded').first().waitFor();
    const event = on.debugged('unsubscribed').first();
    await on.unfold(event);
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
    await on.press('send the newsletter');
    await on.debugged('held').nth(1).waitFor();
    assert.equal(await on.debugged('Ada got').count(), 1);
    await shot(editor.page, 'demo-held-after-mail');
  });

  it('shows what came back of three mails', async () => {
    await on.openTab('Bounces and complaints');
    const buttons = ['to nobody', 'to a closed mailbox', 'to somebody who complains'];
    for (const [index, button] of buttons.entries()) {
      await on.press(button);
      await on.debugged('rows').nth(index).waitFor();
    }
    await shot(editor.page, 'demo-bounces');
  });

  it('stops everything with Ctrl-C', async () => {
    await demo.interrupt();
    assert.deepEqual([await isUp(demo.editor), await isUp(demo.inbox)], [false, false]);
  });
});
