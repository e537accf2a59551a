import assert from 'node:assert/strict';
import { readTemplates } from '../../../nodes/lib/settings/read-templates.ts';
import { assertRefused } from '../../support/assert-refused.ts';

describe('readTemplates', () => {
  it('reads templates and partials as they were written', () => {
    const templates = [
      { id: 'welcome', partial: false, subject: ' Hi {{name}} ', html: ' <p>Hi</p>\n', text: '' },
      { id: 'foot', partial: true, html: '<hr>' },
    ];
    assert.deepEqual(readTemplates({ templates }), [
      { id: 'welcome', partial: false, subject: 'Hi {{name}}', html: ' <p>Hi</p>\n', text: '' },
      { id: 'foot', partial: true, subject: '', html: '<hr>', text: '' },
    ]);
    assert.deepEqual(readTemplates({}), []);
  });

  const refused: [string, unknown, string][] = [
    ['a list that is none', 'x', 'templates'],
    ['a name with capitals', [{ id: 'Welcome' }], 'templates[0].id'],
    ['a template without a name', [{ id: 'a' }, {}], 'templates[1].id'],
    ['two of one name', [{ id: 'a' }, { id: 'a' }], 'templates'],
    ['a body that is no text', [{ id: 'a', html: 1 }], 'templates[0].html'],
  ];
  for (const [name, templates, field] of refused) {
    it(`refuses ${name}`, () =>
      assertRefused(async () => readTemplates({ templates }), 'bad-settings', field));
  }
});
