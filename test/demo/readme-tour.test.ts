import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser, missingBrowser, type OpenEditor, openEditor } from '../support/open-editor.ts';
import { gesturesOn, shot } from './demo-gestures.ts';
import { type Demo, openDemo, root } from './open-demo.ts';

/** The texts of the README's numbered steps, each on one line. */
function readSteps(): string[] {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  return [...readme.matchAll(/^\d+\. (.+(?:\n {2,}.+)*)/gm)].map(([, text]) =>
    String(text).replace(/\n +/g, ' '),
  );
}

describe('the tour of the README', function () {
  this.timeout(90_000);
  this.bail(true);

  let demo: Demo;
  let browser: Browser;
  let editor: OpenEditor;
  let inbox: Page;
  let on: ReturnType<typeof gesturesOn>;

  /** A picture of the README; taken anew only if asked for. */
  const picture = async (page: Page, name: string) => {
    if (process.env.README_PICTURES) await page.screenshot({ path: join(root, `docs/images/${name}.png`) });
    else await shot(page, name);
  };
  const mail = (subject: string) => inbox.getByText(subject).first().click({ timeout: 15_000 });

  const steps: Record<string, () => Promise<unknown>> = {
    'Run `npm start`, and open the two addresses that it prints: Node-RED and the mail inbox.': async () => {
      demo = await openDemo();
      editor = await openEditor(browser, demo.editor, 'light');
      await editor.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
      on = gesturesOn(editor.page);
      inbox = await browser.newPage({ viewport: { width: 1440, height: 480 } });
      await inbox.goto(demo.inbox);
    },
    'In Node-RED, on the tab _Send a welcome mail_, press the button left of **Ada signs up**.': async () => {
      await on.openTab('Send a welcome mail');
      await on.press('Ada signs up');
    },
    'In the inbox open _Welcome to Example Shop, Ada_: its picture is inside, and a price list is attached.':
      async () => {
        await mail('Welcome to Example Shop, Ada');
        for (const text of ['1 email', 'logo.png', 'prices.csv'])
          await inbox.getByText(text).first().waitFor();
        const body = inbox.frameLocator('iframe');
        await body.getByText('Welcome, Ada!').waitFor();
        const width = await body.locator('img').evaluate((image) => (image as HTMLImageElement).naturalWidth);
        assert.ok(width > 0, 'the picture inside the mail is shown');
        await shot(inbox, 'first-mail-inbox');
      },
    'Under _Debug messages_ in Node-RED unfold what came from _sent_: `status` is `"sent"`, and `reason` is what the mail server answered.':
      async () => {
        const sent = on.debugged('sent');
        await on.unfold(sent);
        for (const text of ['"sent"', '"250 ']) await sent.getByText(text).last().waitFor();
        await editor.page.setViewportSize({ width: 1440, height: 700 });
        await editor.page.locator('.red-ui-flow-node-status-label', { hasText: 'ready' }).first().waitFor();
        await editor.page.locator('.red-ui-notification').first().waitFor({ state: 'hidden' });
        await picture(editor.page, 'first-mail-flow');
      },
    'Another system is to hear of who leaves. On the tab _One-click unsubscribe to webhook and CRM_ double-click **tell the webhook**, press **Generate** beside _Signing secret_, then **Copy**, then **Done**.':
      async () => {
        await editor.page.setViewportSize({ width: 1440, height: 860 });
        await on.openTab('One-click unsubscribe to webhook and CRM');
        await on.openDialog('tell the webhook');
        await editor.page.getByRole('button', { name: 'Generate' }).first().click();
        await editor.page.getByRole('button', { name: 'Copy' }).first().click();
        await editor.finish('node-dialog-ok');
      },
    'Give the receiver the same secret: double-click the name of the tab, choose the icon _Environment Variables_, paste it as the value of `WEBHOOK_SECRET`, and press **Done**.':
      async () => {
        await on.openTabDialog('One-click unsubscribe to webhook and CRM');
        await editor.page.locator('.red-ui-tray .red-ui-tab-link-button .fa-list').click();
        await editor.page.locator('.red-ui-tray li input[type=password]:visible').click();
        await editor.page.keyboard.press('ControlOrMeta+V');
        await editor.finish('node-dialog-ok');
      },
    'Press **Deploy**, then the button left of **send the newsletter**.': async () => {
      await editor.deploy();
      await on.press('send the newsletter');
    },
    'In the inbox open _News for Ada_, follow _Unsubscribe_, and press **Unsubscribe** on the page that asks.':
      async () => {
        await mail('News for Ada');
        const opened = inbox.context().waitForEvent('page');
        await inbox.frameLocator('iframe').getByRole('link', { name: 'Unsubscribe' }).click();
        const page = await opened;
        await page.getByText('a•••@example.org').waitFor();
        await page.getByRole('button', { name: 'Unsubscribe' }).click();
        await page.getByRole('button', { name: 'Undo' }).waitFor();
      },
    'Under _Debug messages_ in Node-RED unfold what came from _webhook came_: `type` is `"unsubscribe.added"`, and `signature` is `"verified"`.':
      async () => {
        const came = on.debugged('webhook came');
        await on.unfold(came);
        for (const text of ['"verified"', '"unsubscribe.added"']) await came.getByText(text).last().waitFor();
        await editor.page.locator('.red-ui-flow-node-status-label', { hasText: 'verified' }).waitFor();
        await editor.page.locator('.red-ui-notification').first().waitFor({ state: 'hidden' });
        await came.scrollIntoViewIfNeeded();
        await picture(editor.page, 'signed-webhook');
      },
  };

  before(async function () {
    const missing = missingBrowser();
    if (missing) {
      console.log(`    skipped: ${missing}`);
      this.skip();
    }
    browser = await launchBrowser();
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed' && editor) await shot(editor.page, 'tour-failed');
  });

  after(async () => {
    await browser?.close();
    await demo?.close();
  });

  it('has these steps and no others', () => assert.deepEqual(readSteps(), Object.keys(steps)));

  for (const [text, act] of Object.entries(steps)) it(text, act);
});
