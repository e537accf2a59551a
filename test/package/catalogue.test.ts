import assert from 'node:assert/strict';
import { find, nodeSets, pluginSets, read, readJson } from './project.ts';

type Catalogue = { readonly [key: string]: string | Catalogue };

/** A key as the sources write it; `*` stands for a part that is known only when it runs. */
interface UsedKey {
  readonly key: string;
  readonly where: string;
}

/** Each language beside English, with the texts that are right to be the same in both. */
const translations: Readonly<Record<string, readonly string[]>> = {
  de: [
    ...[
      'Aa',
      'Amazon SES',
      'Authorization: Bearer',
      'Bcc',
      'Cc',
      'Domain',
      'Format',
      'Link',
      'Logo',
      'Name',
      'normal',
    ],
    ...[
      'Operator',
      'Organisation',
      'Port',
      'PostgreSQL',
      'Region',
      'Reputation',
      'Scope',
      'Server',
      'Standard Webhooks',
      'Text',
      'Webhooks',
    ],
  ],
};
/** All that have texts. */
const sets = [...nodeSets, ...pluginSets];
const languages = ['en-US', ...Object.keys(translations)];
const catalogues = new Map(sets.map((set) => [set, texts('en-US', set)]));
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

  for (const language of languages) {
    it(`keep status texts below 20 characters in ${language}`, () => {
      const statuses = sets
        .flatMap((set) => [...texts(language, set)])
        .filter(([key]) => key.includes('.status.'));
      assert.ok(statuses.length > 0);
      const long = statuses.filter(([, text]) => text.replace(/__\w+__/g, '1234').length >= 20);
      assert.deepEqual(long, []);
    });

    it(`are empty nowhere in ${language}`, () => {
      const empty = sets.flatMap((set) => [...texts(language, set)]).filter(([, text]) => !text.trim());
      assert.deepEqual(empty, []);
    });
  }

  for (const [set, file] of Object.entries(statusFiles))
    it(`have a status text for each condition of ${set} and no other`, () => {
      const [, looks = ''] = /^const looks: [^=]+= {([^;]+)};/m.exec(read(file)) ?? [];
      const shown = [...looks.matchAll(/^ {2}'?([\w-]+)'?:/gm)].map(([, name]) => `${set}.status.${name}`);
      const written = [...allKeys].filter((key) => key.startsWith(`${set}.status.`));
      assert.ok(shown.length > 0);
      assert.deepEqual(written.sort(), shown.sort());
    });
});

describe('the translations', () => {
  it('are those in the folder of locales', () => {
    const files = languages.flatMap((language) => [
      ...sets.map((set) => `nodes/locales/${language}/${set}.json`),
      ...nodeSets.map((set) => `nodes/locales/${language}/${set}.html`),
    ]);
    assert.deepEqual(find('nodes/locales/**/*.*'), files.sort());
  });

  for (const [language, same] of Object.entries(translations))
    for (const set of sets) {
      it(`say all that ${set} says, in ${language}`, () => {
        assert.deepEqual([...texts(language, set).keys()], [...texts('en-US', set).keys()]);
      });

      it(`keep what is filled in, and markup, of ${set} in ${language}`, () => {
        const translated = texts(language, set);
        const changed = [...texts('en-US', set)].filter(
          ([key, text]) => String(fixedParts(text)) !== String(fixedParts(translated.get(key) ?? '')),
        );
        assert.deepEqual(changed, []);
      });

      it(`leave no English in ${set} in ${language}`, () => {
        const english = texts('en-US', set);
        const left = [...texts(language, set)].filter(
          ([key, text]) => text === english.get(key) && !isName(key, text) && !same.includes(text),
        );
        assert.deepEqual(left, []);
      });

      if (nodeSets.includes(set))
        it(`help with ${set} in the same shape in ${language}`, () => {
          assert.deepEqual(readHelp(language, set), readHelp('en-US', set));
        });
    }

  it('list no text as the same that is not', () => {
    const known = new Set(sets.flatMap((set) => [...texts('en-US', set).values()]));
    for (const [language, same] of Object.entries(translations)) {
      const translated = new Set(sets.flatMap((set) => [...texts(language, set).values()]));
      assert.deepEqual(
        same.filter((text) => !known.has(text) || !translated.has(text)),
        [],
      );
    }
  });
});

function texts(language: string, set: string): Map<string, string> {
  return flatten(readJson<Catalogue>(`nodes/locales/${language}/${set}.json`));
}

/** Placeholders, template tags and markup, in any order. */
function fixedParts(text: string): string[] {
  return (text.match(/__\w+__|\{\{.*?\}\}|<[^>]+>(?=.*<\/)|<\/[^>]+>/g) ?? []).sort();
}

/** The type of a node, which Node-RED translates in no language; an abbreviation; or an example to type. */
function isName(key: string, text: string): boolean {
  const words = text.replace(/__\w+__/g, '');
  return key.endsWith('.label') || !/[a-z]/.test(words) || /^\S*[\d.…]\S*$/.test(words);
}

/** The elements of a help text in their order, and its code in any order. */
function readHelp(language: string, set: string): { shape: string[]; codes: string[] } {
  const help = read(`nodes/locales/${language}/${set}.html`);
  return {
    shape: help.match(/<\/?(?:h\d|p|dl|dt|dd|ol|ul|li|a|span|script)\b[^>]*>/g) ?? [],
    codes: [...help.matchAll(/<code>(.*?)<\/code>/g)].map(([, code = '']) => code).sort(),
  };
}

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
