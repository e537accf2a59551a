import assert from 'node:assert/strict';
import { previewMail } from '../../../nodes/lib/template/preview-mail.ts';
import { assertRefused } from '../../support/assert-refused.ts';

const partials = [{ id: 'foot', partial: true, subject: '', html: '<hr>$(unsubscribe)', text: '' }];

describe('previewMail', () => {
  it('fills in values, partials and a sample of the link', async () => {
    const asked = {
      subject: 'Hi {{name}}',
      html: '<p>{{name}}</p>{{> foot}}',
      values: { name: '<Ann>' },
      partials,
    };
    assert.deepEqual(await previewMail(asked), {
      subject: 'Hi <Ann>',
      html: '<p>&lt;Ann&gt;</p><hr>https://example.com/unsubscribe',
      text: '',
    });
  });

  it('names the part at fault', async () => {
    await assertRefused(() => previewMail({ text: '{{name}}' }), 'missing-substitution', 'text');
    await assertRefused(() => previewMail({ html: '{{> no}}', partials }), 'bad-placeholder', 'html');
    await assertRefused(() => previewMail({ partials: [{ id: 'A b' }] }), 'bad-settings', 'templates[0].id');
  });
});
