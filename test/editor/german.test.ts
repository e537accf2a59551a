import assert from 'node:assert/strict';
import { editorSuite } from '../support/editor-suite.ts';
import { nodeRedVersion } from '../support/node-red-version.ts';
import type { OpenEditor } from '../support/open-editor.ts';

const app = {
  id: 'app1',
  type: 'email-app',
  name: 'Shop',
  appId: 'germandialog0001',
  identity: 'example.com',
  sender: 'shop@example.com',
  route: 'none',
};
const types = ['send-email', 'inbound-email', 'email-event', 'unsubscribe-filter', 'webhook-out'];
const place = (type: string, row: number) => ({
  id: type,
  type,
  z: 'flow1',
  app: 'app1',
  x: 300,
  y: 60 * row,
  wires: [],
});
const flows = [
  { id: 'flow1', type: 'tab', label: 'Flow' },
  app,
  ...types.map((type, row) => place(type, row + 1)),
];

/** A text that each dialog shows. */
const said = {
  'send-email': 'Antwort an',
  'inbound-email': 'die Teile der E-Mail',
  'email-event': 'an den nächsten Server übergeben',
  'unsubscribe-filter': 'Empfänger filtern',
  'webhook-out': 'Signaturschlüssel',
};
const tabs = {
  general: 'Öffentliche URL',
  route: 'Verbindung testen',
  setup: 'Hier werden Domains für Amazon SES eingerichtet.',
  unsubscribe: 'Empfänger können sich abmelden',
  templates: 'Eine Vorlage ist eine E-Mail zum Ausfüllen',
  inbound: 'IMAP: ein Postfach wird gelesen',
  delivery: 'Rückläufer und Beschwerden',
};

describe(`the dialogs in German on Node-RED ${nodeRedVersion}`, function () {
  this.timeout(60_000);
  let editor: OpenEditor;

  const { shot } = editorSuite(this, { theme: 'light', pictures: 'de-', locale: 'de-DE' }, async (start) => {
    ({ editor } = await start({ flows, settings: { lang: 'de' } }));
    // high enough for all that is unfolded
    await editor.page.setViewportSize({ width: 1280, height: 1800 });
  });

  for (const [type, text] of Object.entries(said))
    it(`says ${type} in German, and cuts nothing`, async () => {
      await editor.edit(type);
      await unfold(`#${type}-form`);
      await look(`#${type}-form`, text, type);
      await editor.finish('node-dialog-cancel');
    });

  for (const [type, field, value, text] of [
    ['send-email', 'mode', 'request', 'brauchen einen Schlüssel'],
    ['send-email', 'bodySource', 'typed', 'Beispielwerte für die Platzhalter'],
    ['unsubscribe-filter', 'mode', 'process', 'Abmeldung, wenn'],
    ['webhook-out', 'target', 'notify', 'die notifyUrl jeder E-Mail'],
  ] as const)
    it(`says ${type} in German where ${field} is ${value}, and cuts nothing`, async () => {
      await editor.edit(type);
      await editor.page.selectOption(`#node-input-${field}`, value);
      await unfold(`#${type}-form`);
      await look(`#${type}-form`, text, `${type}-${value}`);
      await editor.finish('node-dialog-cancel');
    });

  for (const route of ['smtp', 'ses', 'capture'])
    it(`says every tab of email-app in German for the route ${route}, and cuts nothing`, async () => {
      await editor.edit('send-email');
      await editor.openConfig('app', 'edit');
      await editor.tab('route');
      await editor.page.selectOption('#node-config-input-route', route);
      for (const [tab, text] of Object.entries(tabs)) {
        await editor.tab(tab);
        await unfold(`#email-app-${tab}`);
        await look(`#email-app-${tab}`, text, `${route}-${tab}`);
      }
      await editor.finish('node-config-dialog-cancel');
      await editor.finish('node-dialog-cancel');
    });

  it('says in German how a node is, where Node-RED itself speaks it', async () => {
    await editor.page.locator('.red-ui-flow-node-status-label', { hasText: 'bereit' }).first().waitFor();
  });

  it('says what is wrong in a field in German', async () => {
    await editor.edit('send-email');
    await editor.openConfig('app', 'edit');
    await editor.page.fill('#node-config-input-identity', 'no domain');
    await editor.page.press('#node-config-input-identity', 'Tab');
    assert.match(await editor.sentenceOf('#node-config-input-identity'), /^Domain\/Adresse: eine Domain wie/);
  });

  async function look(form: string, text: string, name: string): Promise<void> {
    await shot(name);
    assert.ok((await editor.textOf(form)).includes(text), text);
    assert.equal(await editor.isCut(form), false);
    assert.deepEqual(await cutTexts(), []);
  }

  /** Shows all that a form has: its parts, what a tick brings up, and a row of each list. */
  async function unfold(form: string): Promise<void> {
    const all = editor.page.locator(form);
    await all.locator('details').evaluateAll((parts) => {
      for (const part of parts) part.setAttribute('open', '');
    });
    const unticked = all.locator('input[type="checkbox"]:not(:checked):visible');
    while ((await unticked.count()) > 0) await unticked.first().check();
    for (const add of await all.locator('.red-ui-editableList-addButton:visible').all()) await add.click();
  }

  /** What is on the screen and wider than its place. */
  function cutTexts(): Promise<string[]> {
    return editor.page
      .locator(
        '.email-form :is(label, button, legend, summary, dt, dd, th, td, p, span, .red-ui-tab-label):visible',
      )
      .evaluateAll((elements) =>
        elements
          .filter(({ scrollWidth, clientWidth }) => clientWidth > 0 && scrollWidth > clientWidth + 1)
          .map(({ textContent }) => String(textContent).trim())
          .filter((text) => text),
      );
  }
});
