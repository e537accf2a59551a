import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readSesEvent } from '../../../../nodes/lib/setup/self-test/queue-events.ts';
import { signedHeaders } from '../../../../nodes/lib/setup/self-test/signed-headers.ts';

describe('signedHeaders', () => {
  it('reads every folded signature above the body', () => {
    const raw = [
      'Received: from a',
      'DKIM-Signature: v=1; d=Example.com;',
      '\th=From : To:',
      ' List-Unsubscribe; b=x',
      'dkim-signature: v=1; d=amazonses.com; h=from; b=y',
      'DKIM-Signature: v=1; d=nothing-signed.test; b=y',
      '',
      'DKIM-Signature: v=1; d=body.test; h=from; b=z',
    ].join('\r\n');
    assert.deepEqual(signedHeaders(Buffer.from(raw)), [
      { domain: 'example.com', names: ['from', 'to', 'list-unsubscribe'] },
      { domain: 'amazonses.com', names: ['from'] },
    ]);
  });

  it('stays calm for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const raw = Buffer.concat([Buffer.from('DKIM-Signature: d=a; h='), bytes]);
        assert.ok(signedHeaders(raw).length <= 1 + raw.filter((byte) => byte === 10).length);
      }),
      { numRuns: 50 },
    );
  });
});

describe('readSesEvent', () => {
  const event = { eventType: 'Bounce', mail: { messageId: 'm' } };
  const cases: readonly [string, string, unknown][] = [
    ['an event', JSON.stringify(event), { type: 'Bounce', messageId: 'm' }],
    [
      'one in an envelope',
      JSON.stringify({ Message: JSON.stringify(event) }),
      { type: 'Bounce', messageId: 'm' },
    ],
    [
      'identity feedback',
      JSON.stringify({ notificationType: 'Complaint', mail: { messageId: 'm' } }),
      { type: 'Complaint', messageId: 'm' },
    ],
    ['the plain text of SES', JSON.stringify({ Message: 'Successfully validated SNS topic' }), undefined],
    ['no JSON', '<xml/>', undefined],
    ['another shape', '[1]', undefined],
    ['no mail', '{"eventType":"Bounce","mail":null}', undefined],
  ];
  for (const [title, body, expected] of cases) {
    it(`reads ${title}`, () => assert.deepEqual(readSesEvent(body), expected));
  }
});
