import assert from 'node:assert/strict';
import { readAppSettings } from '../../nodes/lib/settings/read-app-settings.ts';
import { editorDefinition, editorScript, registeredPlugins } from './editor-definition.ts';
import { find, has, manifest, nodeSets, pluginSets, read } from './project.ts';

describe('the built editor files', () => {
  it('lie where Node-RED looks for them', () => {
    for (const [set, path] of Object.entries(manifest['node-red'].nodes)) {
      assert.equal(path, `dist/nodes/${set}.js`);
      assert.ok(has(path) && has(path.replace(/\.js$/, '.html')), set);
    }
  });

  for (const set of nodeSets) {
    describe(set, () => {
      /** The library's validator reads the text; a definition kept elsewhere or computed would be invisible to it. */
      it('spells its definition out in literals', () => {
        const script = editorScript(set);
        const definition = editorDefinition(set);
        assert.match(script, new RegExp(`RED\\.nodes\\.registerType\\(["'\`]${set}["'\`],\\{`));
        assert.match(script, /[{,]defaults:\{/);
        for (const [key, value] of literalsOf(definition)) {
          assert.match(script, new RegExp(`[{,]${key}:(["'\`]${value}["'\`]|${value}[,}])`), key);
        }
        if (definition.credentials) assert.match(script, /[{,]credentials:\{/);
      });

      it('keeps its secrets out of the flow file', () => {
        const { credentials = {}, defaults } = editorDefinition(set);
        for (const [name, { type }] of Object.entries(credentials)) {
          assert.equal(type, 'password', name);
          assert.equal(name in defaults, false, name);
        }
      });

      it('has an element for every property; that of a table ends in -list', () => {
        const html = read(`dist/nodes/${set}.html`);
        const { category, defaults, credentials } = editorDefinition(set);
        const prefix = category === 'config' ? 'node-config-input-' : 'node-input-';
        const { givenSecrets: _, ...shown } = defaults;
        const names = [...Object.keys(shown), ...Object.keys(credentials ?? {})];
        assert.deepEqual(
          names.filter((name) => !new RegExp(`id="${prefix}${name}(-list)?"`).test(html)),
          [],
        );
      });

      it('has its icon beside the nodes', () => {
        const { category, icon } = editorDefinition(set);
        if (icon === undefined) assert.equal(category, 'config');
        else assert.ok(has(`dist/nodes/icons/${icon}`), icon);
      });

      it('has help in the house shape', () => {
        const help = read(`dist/nodes/locales/en-US/${set}.html`);
        assert.match(help, new RegExp(`^<script type="text/html" data-help-name="${set}">\\s*<p>`));
        const headings = [...help.matchAll(/<h3>([^<]+)<\/h3>/g)].map(([, heading]) => heading);
        assert.ok(headings.includes('Details'));
        const { category, inputs } = editorDefinition(set);
        if (category === 'config') return;
        const shape = ['Inputs', 'Outputs', 'Details', 'References'].slice(inputs === 0 ? 1 : 0);
        assert.deepEqual(headings, shape.slice(0, headings.length));
        assert.match(help, /<dl class="message-properties">/);
      });
    });
  }

  it('start a new app with the settings that a saved one without them has', () => {
    const { defaults } = editorDefinition('email-app');
    const chosen = { appId: 'app00001', identity: 'example.com', route: 'smtp', host: 'mail.example.com' };
    const dialog = Object.fromEntries(Object.entries(defaults).map(([name, { value }]) => [name, value]));
    assert.deepEqual(
      readAppSettings(structuredClone({ ...dialog, ...chosen }), {}),
      readAppSettings(chosen, {}),
    );
  });

  for (const set of pluginSets)
    describe(set, () => {
      it('has a form where Node-RED looks for it, and nothing that runs', () => {
        assert.equal(manifest['node-red'].plugins[set], `dist/nodes/${set}.js`);
        assert.deepEqual([has(`dist/nodes/${set}.html`), has(`dist/nodes/${set}.js`)], [true, false]);
      });

      it('registers one plugin', () => {
        assert.deepEqual(registeredPlugins(set), ['email-app-sidebar']);
      });

      it('takes its colours from the theme of the editor', () => {
        const [, style = ''] = /<style>([\s\S]+?)<\/style>/.exec(read(`dist/nodes/${set}.html`)) ?? [];
        assert.ok(style.includes('var(--red-ui-primary-text-color)'));
        assert.deepEqual(style.match(/#[\da-f]{3,8}\b|\b(rgb|hsl)a?\(/gi), null);
      });
    });

  it('leave no icon over', () => {
    const used = nodeSets.map((set) => editorDefinition(set).icon);
    const unused = find('dist/nodes/icons/*').filter((path) => !used.includes(path.split('/').at(-1)));
    assert.deepEqual(unused, []);
  });
});

function literalsOf(definition: ReturnType<typeof editorDefinition>): [string, string | number][] {
  const { category, color, icon, inputs, outputs } = definition;
  const entries = Object.entries({ category, color, icon, inputs, outputs });
  return entries.filter((entry): entry is [string, string | number] => entry[1] !== undefined);
}
