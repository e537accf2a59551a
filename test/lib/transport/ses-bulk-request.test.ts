import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compileMail } from '../../../nodes/lib/template/compile-mail.ts';
import { compileTemplate } from '../../../nodes/lib/template/compile-template.ts';
import { bulkRequest } from '../../../nodes/lib/transport/ses-bulk-request.ts';
import { buildContent } from '../../support/build-content.ts';

const route = { kind: 'ses', aws: { region: 'eu-west-1' }, bulk: true } as const;

/** Handlebars: a backslash before braces makes them literal, three braces are another tag, an unknown name fails. */
function asHandlebars(template: string, data: Record<string, string>): string {
  return template.replace(
    /(\\*)\{\{(\{?)(\w+)(\}?)\}\}/g,
    (_all, ...[slashes, open, name = '', close]: string[]) => {
      assert.deepEqual([slashes, open, close], ['', '', ''], template);
      assert.ok(Object.hasOwn(data, name), `${name} is missing`);
      return data[name] ?? '';
    },
  );
}

/** Everything that could be read as a tag, and what stands around it. */
const crumb = fc.oneof(
  fc.constantFrom(
    '{',
    '}',
    '\\',
    '{{a}}',
    '{{ b }}',
    '$(a)',
    '{{#a}}x{{/a}}',
    '{{^c}}y{{/c}}',
    '<&>"',
    ' ',
    '\n',
  ),
  fc.string({ maxLength: 4 }),
);
const source = fc.array(crumb, { minLength: 1, maxLength: 12 }).map((crumbs) => crumbs.join(''));
const value = fc.oneof(fc.string(), fc.constantFrom('{{v0}}', '{', '\\', '', '$(a)'));

describe('bulkRequest', () => {
  it('makes SES write what we would have written, or is not asked', async () => {
    let carried = 0;
    const property = fc.asyncProperty(source, value, value, async (html, a, b) => {
      const values = { a, b };
      // what is no template at all is refused long before
      const written = await compileTemplate(html, 'html', 'html').then(
        (template) => template.render(values),
        () => undefined,
      );
      if (written === undefined) return;
      const { sharing } = await compileMail(buildContent({ templated: true, html, text: 'x' }));
      const own = sharing?.own({ to: { address: 'a@example.org' }, values, headers: [] });
      if (!sharing || !own) return;
      carried += 1;
      const envelope = { from: 'app@example.com', to: ['a@example.org'] };
      const request = bulkRequest([{ envelope, shared: sharing.mail, own }], route);
      const [entry] = request.BulkEmailEntries;
      const json = entry?.ReplacementEmailContent.ReplacementTemplate.ReplacementTemplateData ?? '';
      assert.equal(
        asHandlebars(request.DefaultContent.Template.TemplateContent.Html ?? '', JSON.parse(json)),
        written,
      );
    });
    await fc.assert(property, { numRuns: 500 });
    assert.ok(carried > 50, `${carried} carried`);
  });

  it('carries a long text between braces once, not with every copy', async () => {
    const html = `<style>p{color:{{a}}}${'x'.repeat(100_000)}</style>`;
    const { sharing } = await compileMail(buildContent({ templated: true, html, text: 'x' }));
    assert.ok(sharing);
    const own = sharing.own({ to: { address: 'a@example.org' }, values: { a: 'red' }, headers: [] });
    assert.ok(own);
    const copy = { envelope: { from: 'app@example.com', to: ['a@example.org'] }, shared: sharing.mail, own };
    assert.ok(JSON.stringify(bulkRequest(Array(50).fill(copy), route)).length < 150_000);
  });
});
