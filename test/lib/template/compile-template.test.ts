import assert from 'node:assert/strict';
import { registerHooks } from 'node:module';
import fc from 'fast-check';
import { compileTemplate, type TemplateKind } from '../../../nodes/lib/template/compile-template.ts';
import { readValues } from '../../../nodes/lib/template/read-values.ts';
import { assertRefused } from '../../support/assert-refused.ts';

async function fill(
  source: string,
  values: Record<string, unknown> = {},
  kind: TemplateKind = 'html',
): Promise<string> {
  const template = await compileTemplate(source, kind, kind);
  return template.render(readValues(values, 'substitutions'));
}

const rendered: [what: string, source: string, values: Record<string, unknown>, text: string][] = [
  ['a text without placeholders', '<p>Hello</p>', {}, '<p>Hello</p>'],
  ['an empty text', '', {}, ''],
  ['names in braces', 'Hello {{name}} and {{ name }}!', { name: 'Ann' }, 'Hello Ann and Ann!'],
  ['names in dollar parentheses', 'Hello $(name), $(a.b)', { name: 'Ann', a: { b: 1 } }, 'Hello Ann, 1'],
  ['both in one text', '{{a}}$(b){{c}}', { a: 1, b: 2, c: 3 }, '123'],
  ['names with dots', '{{order.item.price}}', { order: { item: { price: 9.5 } } }, '9.5'],
  ['names with digits and hyphens', '{{a-1.2_b}}', { 'a-1': { '2_b': 'x' } }, 'x'],
  ['zero, false and the empty text', '{{a}},{{b}},{{c}}', { a: 0, b: false, c: '' }, '0,false,'],
  ['a placeholder between dollar parentheses', '$({{a}})', { a: 'b' }, '$(b)'],
  ['braces after a name', '{{a}}}', { a: 'b' }, 'b}'],
  ['a dollar before braces', `$${'{{a}}'}`, { a: 5 }, '$5'],
  [
    'scripts with a dollar',
    "<script>$('x'); $(function(){}); $(); $(1); $( a ); $(a..b)</script>",
    {},
    "<script>$('x'); $(function(){}); $(); $(1); $( a ); $(a..b)</script>",
  ],
  ['a dollar parenthesis that does not end', 'cost $(a', { a: 1 }, 'cost $(a'],
  ['closing braces alone', 'a }} b $(c)', { c: 1 }, 'a }} b 1'],
  [
    'a section for each item',
    '{{#items}}{{name}}={{price}};{{/items}}',
    {
      items: [
        { name: 'a', price: 1 },
        { name: 'b', price: 2 },
      ],
    },
    'a=1;b=2;',
  ],
  [
    'a section over plain values',
    '{{#items}}[{{.}}]{{/items}}',
    { items: ['<', 2, false] },
    '[&lt;][2][false]',
  ],
  ['a section for a record', '{{#a}}{{b}}{{/a}}', { a: { b: 1 } }, '1'],
  ['a section for true', '{{#a}}yes {{b}}{{/a}}', { a: true, b: 1 }, 'yes 1'],
  ['a section for a text', '{{#a}}{{.}}{{/a}}', { a: 'x' }, 'x'],
  [
    'no section for what is missing, false, 0 or empty',
    '{{#a}}x{{/a}}{{#b}}x{{/b}}{{#c}}x{{/c}}{{#d}}x{{/d}}{{#e}}x{{/e}}',
    { b: false, c: 0, d: '', e: [] },
    '',
  ],
  ['an inverted section for those', '{{^a}}1{{/a}}{{^b}}2{{/b}}{{^e}}3{{/e}}', { b: null, e: [] }, '123'],
  ['no inverted section for what is there', '{{^a}}x{{/a}}', { a: [1] }, ''],
  ['outer names within a section', '{{#items}}{{shop}}{{/items}}', { items: [{}, {}], shop: 's' }, 'ss'],
  ['the inner of two names', '{{#a}}{{x}}{{/a}}', { a: { x: 'in' }, x: 'out' }, 'in'],
  ['sections in sections', '{{#a}}{{#b}}{{.}}{{c}}{{/b}}{{/a}}', { a: [{ b: [1, 2], c: '!' }] }, '1!2!'],
  ['lists in lists', '{{#a}}{{#.}}{{.}}{{/.}};{{/a}}', { a: [[1, 2], [3]] }, '12;3;'],
  ['dollar names in a section', '{{#a}}$(b){{/a}}', { a: [{ b: 1 }, { b: 2 }] }, '12'],
  ['a test within a placeholder text', '{{#a}}{{a}}{{/a}}', { a: 'x' }, 'x'],
  ['lines that hold only a section tag', 'a\n{{#l}}\n- {{.}}\n{{/l}}\nb', { l: [1, 2] }, 'a\n- 1\n- 2\nb'],
  ['comments', 'a{{! not {this} }}b', {}, 'ab'],
];

const refused: [what: string, source: string, why: RegExp][] = [
  ['three braces', '{{{a}}}', /escaped/],
  ['three braces with blanks', '{{{ a }}}', /escaped/],
  ['an ampersand', '{{&a}}', /escaped/],
  ['an ampersand with blanks', '{{ & a }}', /escaped/],
  ['a partial', '{{>a}}', /include/],
  ['other delimiters', '{{=<% %>=}}<% a %>', /braces/],
  ['impossible delimiters', '{{=<%=}}', /./],
  ['an empty name', '{{}}', /name/],
  ['a blank name', '{{ }}', /name/],
  ['a digit first', '{{1a}}', /name/],
  ['two dots', '{{a..b}}', /name/],
  ['a dot at the end', '{{a.}}', /name/],
  ['blanks in a name', '{{a b}}', /name/],
  ['a call', '{{a()}}', /name/],
  ['an expression', '{{constructor["x"]}}', /name/],
  ['letters beyond ASCII', '{{größe}}', /name/],
  ['a name of 65', `{{${'a'.repeat(65)}}}`, /name/],
  ['a section with a bad name', '{{#a b}}{{/a b}}', /name/],
  ['braces that do not end', 'a {{b', /no }}/],
  ['three braces that end in two', '{{{a}}', /./],
  ['a comment of 1,001 characters', `{{!${'x'.repeat(1001)}}}`, /no }}/],
  ['a section that does not end', '{{#a}}x', /Unclosed section "a"/],
  ['a section that did not begin', 'x{{/a}}', /Unopened section "a"/],
  ['sections across each other', '{{#a}}{{#b}}{{/a}}{{/b}}', /Unclosed section "b"/],
  ['21 nested sections', `${'{{#a}}'.repeat(21)}${'{{/a}}'.repeat(21)}`, /too deep/],
  ['too much for the parser', `{{!}}${'x'.repeat(1_000_000)}`, /limit/],
];

describe('compileTemplate', () => {
  for (const [what, source, values, text] of rendered) {
    it(`renders ${what}`, async () => assert.equal(await fill(source, values), text));
  }

  for (const [what, source, why] of refused) {
    it(`refuses ${what}`, async () => {
      for (const kind of ['html', 'text', 'subject'] as const) {
        const error = await assertRefused(
          () => compileTemplate(source, kind, 'body'),
          'bad-placeholder',
          'body',
        );
        assert.match(String(error.detail.why), why);
      }
    });
  }

  it('escapes values in HTML and nowhere else', async () => {
    const values = { v: `<a href="x?a=1&b=2" title='y'>` };
    const escaped = '&lt;a href=&quot;x?a=1&amp;b=2&quot; title=&#39;y&#39;&gt;';
    for (const source of ['{{v}}', '$(v)']) {
      assert.equal(await fill(source, values, 'html'), escaped);
      assert.equal(await fill(source, values, 'text'), values.v);
      assert.equal(await fill(source, values, 'subject'), values.v);
    }
  });

  it('keeps links readable', async () => {
    const url = 'https://example.com/a/b?c=d`e';
    assert.equal(await fill('<a href="{{url}}">', { url }), `<a href="${url}">`);
  });

  it('lists each name once, those of sections too', async () => {
    const template = await compileTemplate(
      '{{a}} $(b.c) {{#d}}{{e}}{{.}}{{a}}{{/d}}{{^f}}$(unsubscribe){{/f}}{{#.}}{{/.}}',
      'html',
      'html',
    );
    assert.deepEqual(template.names, ['a', 'b.c', 'd', 'e', 'f', 'unsubscribe']);
    assert.deepEqual((await compileTemplate('none', 'html', 'html')).names, []);
    assert.deepEqual((await compileTemplate('{{unsubscribe_url}} $(a) {{a}}', 'html', 'html')).names, [
      'unsubscribe_url',
      'a',
    ]);
  });

  for (const values of [
    {},
    { a: undefined },
    { a: null },
    { a: {} },
    { a: { b: null } },
    { a: 'text' },
    { a: ['b'] },
  ]) {
    it(`refuses to render {{a.b}} with ${JSON.stringify(values)}`, async () => {
      const error = await assertRefused(() => fill('{{a.b}}', values), 'missing-substitution', 'html');
      assert.equal(error.detail.value, 'a.b');
    });
  }

  it('refuses an item that is missing', () =>
    assertRefused(() => fill('{{#a}}{{.}}{{/a}}', { a: [null] }), 'missing-substitution', 'html'));

  it('does not take an outer value for what an inner record has as null', () => {
    return assertRefused(
      () => fill('{{#a}}{{x}}{{/a}}', { a: { x: null }, x: 'outer' }),
      'missing-substitution',
      'html',
    );
  });

  it('refuses a list or record where a text is needed', async () => {
    for (const a of [[], [1], {}, { b: 1 }]) {
      const error = await assertRefused(() => fill('{{a}}', { a }), 'bad-placeholder', 'html');
      assert.equal(error.detail.value, 'a');
    }
  });

  for (const name of [
    'constructor',
    'toString',
    '__proto__',
    'a.constructor',
    'a.length',
    'list.length',
    'list.map',
    'hasOwnProperty',
  ]) {
    it(`does not reach {{${name}}}`, async () => {
      const values = { a: 'text', list: [1] };
      await assertRefused(() => fill(`{{${name}}}`, values), 'missing-substitution', 'html');
      assert.equal(await fill(`{{#${name}}}reached{{/${name}}}`, values), '');
    });
  }

  it('calls no function and reads no inherited value, even in values nobody checked', async () => {
    let called = 0;
    const values = Object.assign(Object.create({ inherited: 'x' }), {
      f: () => (called += 1),
      o: { toString: () => (called += 1) },
    });
    for (const name of ['f', 'o']) {
      const template = await compileTemplate(`{{${name}}}`, 'html', 'html');
      await assertRefused(() => template.render(values), 'bad-placeholder', 'html');
    }
    (await compileTemplate('{{#f}}x{{/f}}', 'html', 'html')).render(values);
    const template = await compileTemplate('{{inherited}}', 'html', 'html');
    await assertRefused(() => template.render(values), 'missing-substitution', 'html');
    assert.equal(called, 0);
  });

  it('ends a template that would multiply without end', async () => {
    const source = '{{#a}}'.repeat(8) + '{{/a}}'.repeat(8);
    const error = await assertRefused(
      () => fill(source, { a: Array(100).fill(1) }),
      'bad-placeholder',
      'html',
    );
    assert.match(String(error.detail.why), /too often/);
  });

  it('never reads a value as template and executes nothing in it', async () => {
    const parts = [
      '{{',
      '}}',
      '{{{',
      '$(',
      ')',
      'secret',
      '{{secret}}',
      '$(secret)',
      '{{#secret}}',
      '<%',
      '${',
      '$&',
      '$1',
      "$'",
      '&amp;',
      '<',
    ];
    const hostile = fc
      .array(fc.oneof(fc.constantFrom(...parts), fc.string({ maxLength: 5 })), { maxLength: 8 })
      .map((list) => list.join(''));
    const text = await compileTemplate('[{{v}}|$(v)|{{#l}}{{.}}{{/l}}]', 'text', 'text');
    const html = await compileTemplate('[{{v}}|$(v)]', 'html', 'html');
    fc.assert(
      fc.property(hostile, (value) => {
        const values = readValues({ v: value, l: [value], secret: 'SECRET' }, 'substitutions');
        assert.equal(text.render(values), `[${value}|${value}|${value}]`);
        const escaped = html.render(values);
        assert.doesNotMatch(escaped, /[<>"']/);
        assert.equal(unescapeHtml(escaped), `[${value}|${value}]`);
      }),
    );
  });

  it('takes text that only looks like a template and renders it as it is, or refuses it', async () => {
    const noise = fc.array(
      fc.constantFrom('{', '}', '{{', '}}', '$', '(', ')', 'a', '.', ' ', '#', '/', '!', '\n'),
      { maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(noise, async (parts) => {
        const source = parts.join('');
        try {
          const text = await fill(source, { a: 'A' });
          if (!source.includes('{{') && !source.includes('$(a)')) assert.equal(text, source);
        } catch (thrown) {
          assert.match(
            String((thrown as { code?: string }).code),
            /^(bad-placeholder|missing-substitution)$/,
          );
        }
      }),
    );
  });

  describe('for a subject', () => {
    for (const mark of ['\r\nBcc: z@z.com', '\n', '\r', '\0', '\t', '\u2028']) {
      it(`refuses a value with ${JSON.stringify(mark)}`, () =>
        assertRefused(
          () => fill('Hello {{a}}', { a: `x${mark}` }, 'subject'),
          'unsafe-characters',
          'subject',
        ));

      it(`refuses a source with ${JSON.stringify(mark)}`, () =>
        assertRefused(
          () => compileTemplate(`x${mark}`, 'subject', 'subject'),
          'unsafe-characters',
          'subject',
        ));
    }

    it('refuses one that became too long', () =>
      assertRefused(() => fill('{{a}}', { a: 'x'.repeat(999) }, 'subject'), 'wrong-type', 'subject'));
  });

  it('is quick with megabytes of hostile text', async () => {
    const started = performance.now();
    for (const part of ['{{', '}}', '$(', '{{ ', '{{a', '{{a}}', '$(a)', '{', ' ', '{{#a}}', '{{!x}}']) {
      await compileTemplate(part.repeat(1_000_000 / part.length), 'html', 'html').catch(() => undefined);
    }
    assert.ok(performance.now() - started < 8000);
  });

  for (const [what, source] of [
    ['a long value named often', '$(a)'.repeat(1000)],
    ['a section repeated over a list', `{{#list}}${'x'.repeat(100_000)}{{/list}}`],
  ] as const) {
    it(`refuses ${what} before it fills the memory`, async () => {
      const values = { a: 'x'.repeat(100_000), list: Array.from({ length: 900 }, () => 1) };
      const template = await compileTemplate(source, 'text', 'text');
      await assertRefused(() => template.render(values), 'wrong-type', 'text');
    });
  }

  it('parses without Mustache what has plain names only, and says so when it is needed and absent', async () => {
    const hooks = registerHooks({
      resolve(specifier, context, next) {
        if (specifier !== 'mustache') return next(specifier, context);
        throw Object.assign(new Error('absent'), { code: 'ERR_MODULE_NOT_FOUND' });
      },
    });
    try {
      const path = '../../../nodes/lib/template/parse-template.ts?without-mustache';
      const { parseTemplate }: typeof import('../../../nodes/lib/template/parse-template.ts') = await import(
        path
      );
      assert.equal((await parseTemplate('{{a}} $(b)', 'html')).length, 3);
      const error = await assertRefused(() => parseTemplate('{{#a}}{{/a}}', 'html'), 'missing-package');
      assert.equal(error.detail.value, 'mustache');
    } finally {
      hooks.deregister();
    }
  });
});

function unescapeHtml(text: string): string {
  const marks: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
  return text.replace(/&(amp|lt|gt|quot|#39);/g, (_all, name: string) => marks[name] ?? '');
}
