import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { editorSuite, themes } from '../support/editor-suite.ts';
import { nodeRedVersion } from '../support/node-red-version.ts';
import type { OpenEditor } from '../support/open-editor.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import type { RunningNodeRed } from '../support/start-node-red.ts';

const app = {
  ...{ id: 'app1', type: 'email-app', name: 'Shop', appId: `store${randomBytes(5).toString('hex')}` },
  ...{ identity: 'example.com', sender: 'shop@example.com', route: 'capture' },
};
const order = {
  ...{ id: 'inject1', type: 'inject', z: 'flow1', x: 120, y: 80, repeat: '', crontab: '', once: false },
  props: [
    { p: 'to', v: 'ann@example.org', vt: 'str' },
    { p: 'topic', v: 'Order', vt: 'str' },
    { p: 'payload', v: 'Thank you', vt: 'str' },
  ],
  wires: [['send1']],
};
const sender = {
  ...{ id: 'send1', type: 'send-email', z: 'flow1', app: 'app1', x: 320, y: 120, wires: [[], [], []] },
  ...{
    to: 'to',
    toType: 'msg',
    subject: 'topic',
    subjectType: 'msg',
    payload: 'payload',
    payloadType: 'msg',
  },
};

for (const theme of themes) {
  describe(`where data is kept, in the editor of Node-RED ${nodeRedVersion}, ${theme}`, function () {
    this.timeout(60_000);

    let editor: OpenEditor;
    let nodeRed: RunningNodeRed;
    let fresh: FreshDatabase;
    const { shot, deploy } = editorSuite(this, { theme, pictures: 'store-' }, async (start) => {
      fresh = await freshDatabase();
      const flows = [{ id: 'flow1', type: 'tab', label: 'Flow' }, app, order, sender];
      ({ editor, nodeRed } = await start({ flows }));
    });
    after(() => fresh?.drop());

    const field = (name: string) => `#node-config-input-${name}`;
    const answer = (mood: 'good' | 'bad') => editor.answerOf('#email-app-store-answer', mood);
    /** States of the app's mails, as the sidebar has them. */
    const states = async (): Promise<string[]> => {
      const answer = await fetch(`${nodeRed.url}/email-app/app1/messages`, {
        headers: { 'x-email-app': '1' },
      });
      const { messages = [] } = (await answer.json()) as { messages?: { state: string }[] };
      return messages.map(({ state }) => state);
    };
    const sent = async (count: number): Promise<void> => {
      while ((await states()).filter((state) => state === 'sent').length < count)
        await editor.page.waitForTimeout(50);
    };
    const send = () => fetch(`${nodeRed.url}/inject/inject1`, { method: 'POST' });
    const open = async () => {
      await editor.edit('send1');
      await editor.openConfig('app', 'edit');
    };
    const close = async () => {
      await editor.finish('node-config-dialog-ok');
      await editor.finish('node-dialog-ok');
      await deploy();
    };

    it('is this machine unless a person says otherwise', async () => {
      await send();
      await sent(1);
      await open();
      await editor.page.click('#email-app-store-section > summary');
      assert.equal(await editor.page.inputValue(field('storeKind')), 'file');
      assert.equal(await editor.page.isVisible(field('storeHost')), false);
    });

    it('asks a database that was never deployed', async () => {
      const { host, port, database, user } = fresh.address;
      await editor.page.selectOption(field('storeKind'), 'postgres');
      await editor.page.fill(field('storeHost'), host);
      await editor.page.fill(field('storePort'), String(port));
      await editor.page.fill(field('storeDatabase'), database);
      await editor.page.fill(field('storeUser'), user);
      await editor.page.selectOption(field('storeSecurity'), 'none');
      await editor.page.fill(field('storePassword'), 'wrong');
      await editor.page.click('#email-app-store-test');
      assert.match(await answer('bad'), /password/i);
      await editor.page.fill(field('storePassword'), fresh.address.password ?? '');
      await editor.page.click('#email-app-store-test');
      assert.match(await answer('good'), /PostgreSQL \d+.*The schema email_app is there\./);
      await shot('tested');
      assert.equal(await editor.isCut('#email-app-form'), false);
      assert.deepEqual(await editor.barriersOf('#email-app-store-section'), []);
    });

    it('moves the data there when it is asked twice', async () => {
      await editor.page.click('#email-app-store-move');
      await editor.page.click('#email-app-store-move-no');
      assert.equal(await editor.page.isVisible('#email-app-store-question'), false);
      await editor.page.click('#email-app-store-move');
      await shot('question');
      await editor.page.click('#email-app-store-move-yes');
      assert.match(await answer('good'), /Moved \(\d+ rows\)/);
      await shot('moved');
    });

    it('works on from there', async () => {
      await close();
      await sent(1);
      await send();
      await sent(2);
      const database = await fresh.open();
      const [row] = await database.query<{ count: number }>('SELECT count(*) FROM email_app.part');
      assert.equal(row?.count, 2);
    });

    it('refuses to go on with what was left behind', async () => {
      await open();
      assert.equal(await editor.page.isVisible(field('storeHost')), true);
      await editor.page.selectOption(field('storeKind'), 'file');
      await close();
      while (!/was moved from .* to test_\d+ on/.test(nodeRed.log())) await editor.page.waitForTimeout(50);
      assert.deepEqual(await states(), []);
    });

    it('moves back', async () => {
      await open();
      await editor.page.click('#email-app-store-section > summary');
      await editor.page.selectOption(field('storeKind'), 'postgres');
      await close();
      await sent(2);
      await open();
      await editor.page.selectOption(field('storeKind'), 'file');
      await editor.page.click('#email-app-store-move');
      await editor.page.click('#email-app-store-move-yes');
      assert.match(await answer('good'), /Moved/);
      await close();
      await sent(2);
      await send();
      await sent(3);
    });
  });
}
