import assert from 'node:assert/strict';
import { choosePageTexts, pageLanguages } from '../../../nodes/lib/unsubscribe/page-language.ts';

const cases: [acceptLanguage: string | undefined, lang: string][] = [
  [undefined, 'en'],
  ['', 'en'],
  ['de', 'de'],
  ['de-CH,de;q=0.9,en;q=0.8', 'de'],
  ['en;q=0.2, fr;q=0.7', 'fr'],
  ['xx, it;q=0.1', 'it'],
  ['zh-TW', 'zh-Hans'],
  ['pt_BR, pt', 'pt'],
  ['de;q=0, nl;q=0.5', 'nl'],
  ['*', 'en'],
  ['es;q=x', 'es'],
  ['__proto__, constructor', 'en'],
  [`${'xx,'.repeat(10_000)}de`, 'en'],
];

describe('choosePageTexts', () => {
  for (const [acceptLanguage, lang] of cases) {
    it(`answers ${acceptLanguage?.slice(0, 40)} in ${lang}`, () => {
      assert.equal(choosePageTexts(acceptLanguage, 'en').lang, lang);
    });
  }

  it('falls back to the app’s language, and to English from one that there is not', () => {
    assert.equal(choosePageTexts('xx', 'ja').lang, 'ja');
    assert.equal(choosePageTexts('*', 'ja').lang, 'ja');
    assert.equal(choosePageTexts('xx', 'tlh').lang, 'en');
  });
});

describe('the catalogues', () => {
  const english = Object.entries(pageLanguages.get('en') ?? {});
  const placeholders = (text: string) => (text.match(/\{.*?\}/g) ?? []).sort();

  it('are nine', () => {
    assert.deepEqual([...pageLanguages.keys()].sort().join(' '), 'de en es fr it ja nl pt zh');
  });

  for (const [name, texts] of pageLanguages) {
    it(`${name} has every text, with the placeholders of the English one`, () => {
      for (const [key, text] of english) {
        const translated = texts[key as keyof typeof texts];
        assert.ok(translated.length > 0, key);
        assert.deepEqual(placeholders(translated), placeholders(text), key);
      }
      assert.equal(Object.keys(texts).length, english.length);
    });
  }

  it('break no line within “e-mail”, nor before a French sign', () => {
    for (const [name, texts] of pageLanguages) {
      for (const [key, text] of Object.entries(texts)) {
        if (!key.startsWith('mail')) assert.doesNotMatch(text, /\be-mail/i, `${name} ${key}`);
        if (name === 'fr') assert.doesNotMatch(text, / [?:;!]/, key);
      }
    }
  });

  it('say “you” politely', () => {
    const familiar: Readonly<Record<string, RegExp>> = {
      de: /\b(du|dir|dich|dein\w*|euch)\b/i,
      fr: /\b(tu|te|toi|ton|ta|tes)\b/i,
      es: /\b(tú|tu|tus|te|ti)\b/i,
      it: /\b(tu|ti|tuo|tua|tue|tuoi)\b/i,
      nl: /\b(je|jij|jou|jouw)\b/i,
      zh: /你/,
    };
    for (const [name, pattern] of Object.entries(familiar)) {
      for (const text of Object.values(pageLanguages.get(name) ?? {})) assert.doesNotMatch(text, pattern);
    }
  });
});
