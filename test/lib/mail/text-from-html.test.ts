import assert from 'node:assert/strict';
import { textFromHtml } from '../../../nodes/lib/mail/text-from-html.ts';

describe('textFromHtml', () => {
  for (const [what, html, text] of [
    [
      'keeps a link beside its text',
      '<p>See <a href="https://a.example/x?b=1&amp;c=2">here</a>.</p>',
      'See here [https://a.example/x?b=1&c=2].',
    ],
    [
      'reads on behind an element that is called like a member of every object',
      '<p>Hi <constructor>Ann</constructor></p><CONSTRUCTOR/>',
      'Hi Ann',
    ],
    [
      'writes a link once if its text is its address',
      '<a href="https://a.example">https://a.example</a>',
      'https://a.example',
    ],
    [
      'keeps placeholders in text and links',
      '<a href="{{unsubscribe_url}}">Leave, $(name)</a>',
      'Leave, $(name) [{{unsubscribe_url}}]',
    ],
    [
      'keeps placeholders in headings and header cells as they are',
      '<h1>Dear $(firstName)</h1><table><tr><th>{{itemName}}</th></tr></table>',
      'Dear $(firstName)\n\n{{itemName}}',
    ],
    [
      'leaves out head, scripts and styles',
      '<head><title>T</title><style>p{}</style></head><body><script>x()</script>Hi</body>',
      'Hi',
    ],
    [
      'tells a picture by its alternative text',
      '<p><img src="cid:logo" alt="Our logo"><img src="https://a.example/p.gif"> Hi</p>',
      'Our logo Hi',
    ],
    [
      'gives each row of a table a line, and keeps sections around rows and list items',
      '<table>{{#rows}}<tr><td>{{item}}</td><td>{{price}}</td></tr>{{/rows}}</table><ul>{{#tips}}<li>{{.}}</li>{{/tips}}</ul>',
      '{{#rows}}\n{{item}} {{price}}\n{{/rows}}\n\n   {{#tips}}\n * {{.}}\n   {{/tips}}',
    ],
  ] as const) {
    it(what, async () => {
      assert.equal(await textFromHtml(html), text);
    });
  }

  it('does not wrap long lines, so that no placeholder is broken', async () => {
    const html = `<p>${'word '.repeat(30)}{{ first name }}</p>`;
    assert.equal(await textFromHtml(html), `${'word '.repeat(30)}{{ first name }}`);
  });

  it('survives HTML nested deeper than the stack', async () => {
    assert.ok((await textFromHtml(`Hi${'<b>'.repeat(20_000)}x`)).startsWith('Hi'));
  });

  it('refuses HTML with more tags than its parser can take, whatever they are', async () => {
    const started = performance.now();
    const html = '<b>'.repeat(100_000) + '</i>'.repeat(100_000);
    await assert.rejects(textFromHtml(html), { code: 'wrong-type', field: 'html' });
    assert.ok(performance.now() - started < 1000);
  });

  it('names the package that is missing', async () => {
    const load = () => Promise.reject(new Error("Cannot find package 'html-to-text'"));
    await assert.rejects(textFromHtml('<p>Hi</p>', load), {
      code: 'missing-package',
      detail: { value: 'html-to-text' },
    });
  });
});
