import { bodyCheck } from '../../../../nodes/lib/webhook/body/body-check.ts';
import { assertRefused } from '../../../support/assert-refused.ts';

const schema = JSON.stringify({
  type: 'object',
  required: ['type'],
  properties: { type: { type: 'string', pattern: '^order\\.' }, data: { type: 'object', required: ['id'] } },
});

describe('bodyCheck', () => {
  it('lets everything through without a schema', () => {
    for (const text of [undefined, '', '  ']) bodyCheck(text)('no JSON');
  });

  it('lets through what fits', () => {
    bodyCheck(schema)('{"type":"order.paid","data":{"id":1}}');
  });

  for (const [body, path] of [
    ['{}', 'type'],
    ['{"type":"refund"}', 'type'],
    ['{"type":"order.paid","data":{}}', 'data.id'],
    ['[]', 'body'],
    ['{', 'body'],
  ] as const) {
    it(`names ${path} in ${body}`, async () => {
      await assertRefused(() => bodyCheck(schema)(body), 'bad-webhook', path);
    });
  }

  for (const text of [
    '[]',
    '{',
    '{"type":"nothing"}',
    '{"frobnicate":1}',
    '{"pattern":"(?=a)"}',
    '{"$async":true,"type":"object"}',
  ]) {
    it(`refuses ${text} as a schema`, async () => {
      await assertRefused(() => bodyCheck(text), 'bad-settings', 'schema');
    });
  }
});
