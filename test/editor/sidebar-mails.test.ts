import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Locator } from 'playwright-core';
import { editorSuite, themes } from '../support/editor-suite.ts';
import { nodeRedVersion } from '../support/node-red-version.ts';
import type { OpenEditor } from '../support/open-editor.ts';
import type { RunningNodeRed } from '../support/start-node-red.ts';

const app = {
  id: 'app1',
  type: 'email-app',
  name: 'Shop',
  appId: 'sidebarmails0001',
  identity: 'example.com',
  sender: 'Shop <shop@example.com>',
  route: 'capture',
};
const set = (p: string, v: string) => ({ p, v, vt: 'str' });
const order = (id: string, to: string, topic: string, payload: string) => ({
  ...{ id, type: 'inject', z: 'flow1', x: 120, y: 80, repeat: '', crontab: '', once: false },
  props: [set('to', to), set('topic', topic), set('payload', payload)],
  wires: [['send1']],
});
const harmful =
  '<p>Thank you</p><script>parent.document.title = "hacked"</script><img src="https://tracker.example/x.png">';
const flows = [
  { id: 'flow1', type: 'tab', label: 'Flow' },
  app,
  order('inject1', 'Ann <ann@example.org>', 'Order 4711', harmful),
  order('inject2', 'bob@example.org', 'Order 4712', 'Hello Bob'),
  {
    ...{ id: 'send1', type: 'send-email', z: 'flow1', app: 'app1', x: 320, y: 120, wires: [[], [], []] },
    ...{
      to: 'to',
      toType: 'msg',
      subject: 'topic',
      subjectType: 'msg',
      payload: 'payload',
      payloadType: 'msg',
    },
  },
];

for (const theme of themes) {
  describe(`mails in the sidebar of Node-RED ${nodeRedVersion}, ${theme}`, function () {
    this.timeout(60_000);

    let editor: OpenEditor;
    let nodeRed: RunningNodeRed;
    const { shot } = editorSuite(this, { theme, pictures: 'sidebar-mails-' }, async (start) => {
      ({ editor, nodeRed } = await start({ flows }));
      await editor.page.setViewportSize({ width: 1500, height: 1400 });
    });

    const inject = (id: string) =>
      fetch(`${nodeRed.url}/inject/${id}`, { method: 'POST' }).then(({ status }) =>
        assert.equal(status, 200),
      );
    const tab = () => editor.page.locator('.email-sidebar');
    const view = (name: string) => tab().locator(`#email-sidebar-${name}`);
    const button = (place: Locator, name: string | RegExp) =>
      place.getByRole('button', { name, exact: true });
    const section = (place: Locator, title: string) =>
      place.locator('details.email-sidebar-section', {
        has: editor.page.locator('summary', { hasText: title }),
      });
    const sent = () => section(view('messages'), 'Sent mail');
    const rows = () => sent().locator('button.email-message');
    const seen = (place: Locator, text: string | RegExp) => place.getByText(text).first().waitFor();
    const sure = async (place: Locator, name: string) => {
      await button(place, name).click();
      await button(place, 'Sure?').click();
    };
    const search = () => button(sent(), 'Search').click();
    const go = (name: string) => tab().locator(`[data-view="${name}"]`).click();

    /** Until a search finds as many. */
    async function found(count: number): Promise<void> {
      for (;;) {
        await search();
        await seen(sent(), /Found:|Nothing found/);
        if ((await rows().count()) === count) return;
        await editor.page.waitForTimeout(100);
      }
    }

    it('lists the mails without naming anybody', async () => {
      await inject('inject1');
      await editor.page.evaluate("RED.actions.invoke('email-app:show-sidebar')");
      await go('messages');
      await found(1);
      const text = (await rows().first().textContent()) ?? '';
      assert.match(text, /a…@example\.org/);
      assert.doesNotMatch(text, /ann@|4711/);
    });

    it('names them to who wants it', async () => {
      await sent().getByLabel('Show addresses and subjects').check();
      await seen(sent(), 'Order 4711');
      assert.match((await rows().first().textContent()) ?? '', /Ann <ann@example\.org>/);
    });

    it('tells what happened to a mail', async () => {
      await rows().first().click();
      await seen(sent(), 'Accepted');
      await seen(sent(), 'Handed over');
      await shot('timeline');
    });

    it('shows a mail harmlessly: its HTML, text, headers and source', async () => {
      await button(sent(), 'Open the mail').click();
      const frame = sent().locator('iframe');
      await frame.waitFor();
      assert.equal(await frame.getAttribute('sandbox'), '');
      await seen(sent(), 'Shop <shop@example.com>');
      await shot('mail');
      await button(sent(), 'Text').click();
      await seen(sent(), 'Thank you');
      await button(sent(), 'Headers').click();
      await seen(sent(), /Message-ID: </i);
      await button(sent(), 'Source').click();
      await seen(sent(), /Content-Type: multipart\/alternative/i);
      assert.doesNotMatch(await editor.page.title(), /hacked/);
      assert.deepEqual(await editor.barriersOf('.email-sidebar'), []);
    });

    it('saves it as a file', async () => {
      const coming = editor.page.waitForEvent('download');
      await button(sent(), 'Save as .eml').click();
      const file = readFileSync(await (await coming).path(), 'utf8');
      assert.match(file, /^Subject: Order 4711\r$/m);
    });

    it('finds by recipient and by subject', async () => {
      await inject('inject2');
      await found(2);
      await sent().getByLabel('Recipient').fill('BOB@example.org');
      await found(1);
      assert.match((await rows().first().textContent()) ?? '', /Order 4712/);
      await sent().getByLabel('Recipient').fill('');
      await sent().getByText('More to search by').click();
      await sent().getByLabel('Subject contains').fill('4711');
      await found(1);
      assert.match((await rows().first().textContent()) ?? '', /Order 4711/);
      await sent().getByLabel('Subject contains').fill('nothing of this');
      await found(0);
      await sent().getByLabel('Subject contains').fill('');
    });

    it('says what is wrong with a search', async () => {
      await sent().getByLabel('Recipient').fill('ann');
      await search();
      await seen(tab(), /whole address/);
      await sent().getByLabel('Recipient').fill('');
    });

    it('sends a mail again at the second click', async () => {
      await found(2);
      await rows().last().click();
      await sure(sent(), 'Send again');
      await seen(sent(), 'A new mail of the same content waits.');
      await found(3);
    });

    it('cancels a mail that waits', async () => {
      await go('overview');
      await button(view('overview'), 'Pause').click();
      await button(view('overview'), 'Resume').waitFor();
      await inject('inject2');
      await go('messages');
      await sent().getByLabel('State').selectOption('queued');
      await found(1);
      await rows().first().click();
      await sure(sent(), 'Cancel');
      await seen(sent(), 'Cancelled.');
      await found(0);
      await sent().getByLabel('State').selectOption('');
      await go('overview');
      await button(view('overview'), 'Resume').click();
      await button(view('overview'), 'Pause').waitFor();
    });

    it('exports what was found', async () => {
      await go('messages');
      const coming = editor.page.waitForEvent('download');
      await button(sent(), 'Export CSV').click();
      const download = await coming;
      assert.equal(download.suggestedFilename(), 'messages.csv');
      const lines = readFileSync(await download.path(), 'utf8')
        .trim()
        .split('\r\n');
      assert.equal(lines.length, 5);
    });

    it('tells who opened what', async () => {
      const accesses = section(view('messages'), 'Who opened what');
      await accesses.locator('summary').click();
      await seen(accesses, /not signed in: exported/);
      await seen(accesses, /not signed in: opened a mail/);
      await shot('accesses');
      assert.deepEqual(await editor.barriersOf('.email-sidebar'), []);
    });

    describe('the suppression list', () => {
      const one = () => section(view('suppressions'), 'An address');
      const all = () => section(view('suppressions'), 'The whole list');
      const files = () => section(view('suppressions'), 'Import and export');
      const lookUp = async (address: string) => {
        await one().getByLabel('Address or @domain').fill(address);
        await button(one(), 'Look up').click();
      };

      it('says that nothing holds an address', async () => {
        await go('suppressions');
        await lookUp('ann@example.org');
        await seen(one(), 'Nothing holds this address.');
      });

      it('puts it on, with a reason', async () => {
        await one().getByLabel('Reason').fill('asked on the phone');
        await button(one(), 'Put on the list').click();
        await seen(one(), 'It is on the list now.');
        await seen(one(), 'asked on the phone');
        await seen(one(), /Put there by hand/);
        await shot('suppressed');
      });

      it('takes it off at the second click, and keeps its history', async () => {
        await sure(one(), 'Take off');
        await seen(one(), 'It was taken off.');
        await one().getByText('What happened to it').click();
        await seen(one(), /^Taken off/);
      });

      it('refuses what is no address', async () => {
        await lookUp('nobody');
        await seen(tab(), /address/);
      });

      it('imports a file, and says which rows it refused', async () => {
        const text = 'address,cause\r\nbob@example.org,unsubscribe\r\nnot an address,unsubscribe\r\n';
        await files()
          .locator('input[type="file"]')
          .setInputFiles({ name: 'list.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
        await seen(files(), 'Read 2 rows: 1 are new, 1 were refused.');
        await seen(files(), /^Line 3/);
        await shot('imported');
      });

      it('opens the list for who may see it', async () => {
        await button(all(), 'Open the list').click();
        await seen(all(), 'bob@example.org');
        await seen(all(), '1 of 1');
        assert.deepEqual(await editor.barriersOf('.email-sidebar'), []);
      });

      it('forgets who somebody was, and goes on holding them', async () => {
        await lookUp('bob@example.org');
        await seen(one(), 'This is held:');
        await sure(one(), 'Erase the person');
        await seen(one(), /^Erased\./);
        await button(all(), 'Open the list').click();
        await seen(all(), '(erased)');
      });

      it('exports the list', async () => {
        const coming = editor.page.waitForEvent('download');
        await button(files(), 'Export JSON lines').click();
        const download = await coming;
        assert.match(download.suggestedFilename(), /^suppressions-.*\.jsonl$/);
        await seen(files(), /was saved/);
      });
    });

    it('asks nobody else for anything, and leaves no error on the page', () => {
      assert.deepEqual([editor.strayRequests, editor.pageErrors], [[], []]);
    });
  });
}
