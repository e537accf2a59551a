import assert from 'node:assert/strict';
import { find, nodeSets, read, readJson } from './project.ts';

type Catalogue = { readonly [key: string]: string | Catalogue };

/** A key as the sources write it; `*` stands for a part that is known only when it runs. */
interface UsedKey {
  readonly key: string;
  readonly where: string;
}

const catalogues = new Map(
  nodeSets.map((set) => [set, flatten(readJson<Catalogue>(`nodes/locales/en-US/${set}.json`))]),
);
const allKeys = new Set([...catalogues.values()].flatMap((entries) => [...entries.keys()]));
/** Where the looks of a node's conditions are. */
const statusFiles = {
  'send-email': 'nodes/glue/send-status.ts',
  'inbound-email': 'nodes/glue/inbound-status.ts',
  'email-event': 'nodes/glue/event-status.ts',
  'unsubscribe-filter': 'nodes/unsubscribe-filter.ts',
};
const used = [...formKeys(), ...sourceKeys(), ...checkKeys()];

describe('the catalogues', () => {
  it('have every text that is asked for', () => {
    const missing = used.filter(({ key }) => ![...allKeys].some((known) => fits(known, key)));
    assert.deepEqual(missing, []);
  });

  it('have no text that nobody asks for', () => {
    const named = used.filter(({ key }) => !['*.check.*', 'email-app.field.*'].includes(key));
    const unused = [...allKeys].filter((known) => !named.some(({ key }) => fits(known, key)));
    assert.deepEqual(unused, []);
  });

  it('borrow from Node-RED only what it has', () => {
    const core = flatten(
      readJson<Catalogue>('demo/node_modules/@node-red/nodes/locales/en-US/messages.json'),
    );
    const borrowed = find('nodes/*.{html,ts}').flatMap((path) =>
      [...read(path).matchAll(/node-red:([\w.-]+)/g)].map(([, key]) => String(key)),
    );
    assert.deepEqual(
      borrowed.filter((key) => !core.has(key)),
      [],
    );
  });

  it('keep status texts below 20 characters', () => {
    const texts = [...catalogues.values()]
      .flatMap((entries) => [...entries])
      .filter(([key]) => key.includes('.status.'));
    assert.ok(texts.length > 0);
    const long = texts.filter(([, text]) => text.replace(/__\w+__/g, '1234').length >= 20);
    assert.deepEqual(long, []);
  });

  for (const [set, file] of Object.entries(statusFiles))
    it(`have a status text for each condition of ${set} and no other`, () => {
      const [, looks = ''] = /^const looks: [^=]+= {([^;]+)};/m.exec(read(file)) ?? [];
      const shown = [...looks.matchAll(/^ {2}'?([\w-]+)'?:/gm)].map(([, name]) => `${set}.status.${name}`);
      const texts = [...allKeys].filter((key) => key.startsWith(`${set}.status.`));
      assert.ok(shown.length > 0);
      assert.deepEqual(texts.sort(), shown.sort());
    });

  it('are empty nowhere', () => {
    for (const entries of catalogues.values()) for (const [key, text] of entries) assert.ok(text.trim(), key);
  });
});

function flatten(catalogue: Catalogue, prefix = ''): Map<string, string> {
  const entries = Object.entries(catalogue).flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' ? [[prefix + name, value]] : [...flatten(value, `${prefix}${name}.`)],
  );
  return new Map(entries);
}

function fits(known: string, key: string): boolean {
  return new RegExp(`^${key.replaceAll('.', '\\.').replaceAll('*', '[\\w-]+')}$`).test(known);
}

/** data-i18n="key" and data-i18n="[title]key;[placeholder]key" in forms, also where a script writes them. */
function formKeys(): UsedKey[] {
  return find('nodes/**/*.{html,ts}').flatMap((where) =>
    [...read(where).matchAll(/data-i18n="([^"]+)"/g)]
      .flatMap(([, value]) => String(value).split(';'))
      .map((key) => ({ key: key.replace(/^\[[\w-]+\]/, '').replace(/\$\{[^}]*\}/g, '*'), where }))
      .filter(({ key }) => !key.startsWith('node-red:')),
  );
}

/** RED._('key'), this._('key'), node._(`key.${part}`). */
function sourceKeys(): UsedKey[] {
  return find('nodes/**/*.ts').flatMap((where) =>
    [...read(where).matchAll(/\b\w+\._\(\s*(['`])(.*?)\1/g)].map(([, , key]) => ({
      key: String(key).replace(/\$\{.*?\}/g, '*'),
      where,
    })),
  );
}

/** check('port', …), checkIfSet('port', …) and checkSecret('port', …) in a node's editor file say `<node>.check.port`. */
function checkKeys(): UsedKey[] {
  return nodeSets.flatMap((set) => {
    const where = `nodes/${set}.editor.ts`;
    const names = [...read(where).matchAll(/\bcheck(?:IfSet|Secret)?\('([\w-]+)'/g)].map(([, name]) => name);
    return names.map((name) => ({ key: `${set}.check.${name}`, where }));
  });
}
