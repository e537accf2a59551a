import assert from 'node:assert/strict';
import type { SendFields } from '../../../nodes/lib/request/send-fields.ts';
import { readSendRequest } from '../../../nodes/lib/request/send-request.ts';
import type { AppSettings } from '../../../nodes/lib/settings/app-settings.ts';
import { sampleSettings } from '../../support/sample-settings.ts';
import { unsubscribeSettings } from '../../support/unsubscribe-app.ts';

const typed = { template: undefined, body: { html: '<p>Hi</p>{{> footer}}', text: 'Hi' } };
const welcome = { template: 'welcome', substitutions: { name: 'Ann' } };
const plain = { to: 'ann@example.net', subject: 'Hello', idempotencyKey: 'order-1' };

const templates = (text: string) => [
  { id: 'welcome', name: 'Welcome', partial: false, subject: '', html: '', text: `Hi {{name}} ${text}` },
  { id: 'footer', name: 'Footer', partial: true, subject: '', html: `<hr>${text}`, text },
];
const before = sampleSettings({ templates: templates('one') });

async function fingerprint(fields: SendFields, settings: AppSettings = before, now = 5): Promise<string> {
  const { idempotency } = await readSendRequest({ ...plain, ...fields }, { settings, now });
  return idempotency?.fingerprint ?? '';
}

describe('the fingerprint of a request', () => {
  const deploys: [string, AppSettings][] = [
    ['another text in its template or partial', { ...before, templates: templates('two') }],
    ['another default sender', { ...before, defaultSender: { address: 'new@example.com' } }],
    ['headers to unsubscribe', unsubscribeSettings({}, { templates: before.templates })],
  ];
  for (const [name, after] of deploys) {
    it(`stays the same after a deploy with ${name}`, async () => {
      for (const fields of [typed, welcome]) {
        assert.equal(await fingerprint(fields, after), await fingerprint(fields));
      }
    });
  }

  it('stays the same when a footer is added to marketing', async () => {
    const footer = (note: string) =>
      unsubscribeSettings(
        { marketingWithoutLink: 'footer' },
        { templates: templates(`${note} $(unsubscribe)`) },
      );
    const fields = { messageClass: 'marketing', payload: 'New!' };
    assert.equal(await fingerprint(fields, footer('one')), await fingerprint(fields, footer('two')));
  });

  it('stays the same when it is asked again later', async () => {
    const fields = { ...welcome, validity: 60 };
    assert.equal(await fingerprint(fields, before, 5), await fingerprint(fields, before, 5000));
  });

  const others: [string, SendFields][] = [
    ['recipient', { to: 'bob@example.net' }],
    ['sender', { from: 'other@example.com' }],
    ['subject', { subject: 'Bye' }],
    ['subject in figures', { subject: 7 }],
    ['value', { substitutions: { name: 'Bob' } }],
    ['body', { template: undefined, payload: 'Hi' }],
    ['attachment', { attachments: [{ filename: 'a.txt', content: Buffer.from('a') }] }],
    [
      'class',
      {
        messageClass: 'marketing',
        unsubscribeUrl: 'https://example.com/bye',
        template: undefined,
        payload: '$(unsubscribe)',
      },
    ],
  ];
  for (const [name, other] of others) {
    it(`is another for another ${name}`, async () => {
      assert.notEqual(await fingerprint({ ...welcome, ...other }), await fingerprint(welcome));
    });
  }

  it('does not mind a subject that the template does not use', async () => {
    const own = { ...before, templates: templates('one').map((one) => ({ ...one, subject: 'Own' })) };
    assert.match(await fingerprint({ ...welcome, subject: () => 'x' }, own), /^[0-9a-f]{64}$/);
  });

  it('is another for a template of another id with the same text', async () => {
    const twins = {
      ...before,
      templates: [...before.templates, ...templates('one').map((one) => ({ ...one, id: `${one.id}2` }))],
    };
    assert.notEqual(
      await fingerprint({ ...welcome, template: 'welcome2' }, twins),
      await fingerprint(welcome, twins),
    );
  });
});
