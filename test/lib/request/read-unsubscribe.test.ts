import assert from 'node:assert/strict';
import fc from 'fast-check';
import { EmailError } from '../../../nodes/lib/kernel/errors.ts';
import { readUnsubscribe } from '../../../nodes/lib/request/read-unsubscribe.ts';
import { unsubscribeHeaders } from '../../../nodes/lib/unsubscribe/unsubscribe-headers.ts';
import { assertRefused } from '../../support/assert-refused.ts';

describe('readUnsubscribe', () => {
  it('is not there if nothing was given', () => {
    assert.equal(readUnsubscribe({ unsubscribeUrl: '', unsubscribeMailto: null }), undefined);
  });

  it('keeps what is given as it is', () => {
    const url = 'https://example.com/u?a=b,c&d=%20';
    assert.deepEqual(readUnsubscribe({ unsubscribeUrl: url, unsubscribeSubject: 'Abmelden, bitte' }), {
      url,
      mailto: undefined,
      subject: 'Abmelden, bitte',
    });
  });

  const refused: [string, unknown][] = [
    ['plain http', 'http://example.com/u'],
    ['another scheme', 'javascript:alert(1)'],
    ['no address', 'example.com/u'],
    ['a number', 42],
    ['a name and password', 'https://me:secret@example.com/u'],
    ['an angle bracket, which ends the header’s address', 'https://example.com/>,<http://evil.example'],
    ['a blank', 'https://example.com/a b'],
    ['letters beyond ASCII', 'https://example.com/ü'],
    ['a very long address', `https://example.com/${'a'.repeat(900)}`],
  ];
  for (const [name, unsubscribeUrl] of refused) {
    it(`refuses ${name}`, () =>
      assertRefused(async () => readUnsubscribe({ unsubscribeUrl }), 'wrong-type', 'unsubscribeUrl'));
  }

  it('refuses line breaks, names, and what would not fit on a line', async () => {
    const read = (fields: object) => async () => readUnsubscribe(fields);
    const url = 'https://example.com/\r\nBcc: a@example.net';
    await assertRefused(read({ unsubscribeUrl: url }), 'unsafe-characters', 'unsubscribeUrl');
    await assertRefused(read({ unsubscribeSubject: 'a\nb' }), 'unsafe-characters', 'unsubscribeSubject');
    await assertRefused(read({ unsubscribeSubject: 'é'.repeat(150) }), 'wrong-type', 'unsubscribeSubject');
    await assertRefused(
      read({ unsubscribeMailto: 'Bye <bye@example.com>' }),
      'wrong-type',
      'unsubscribeMailto',
    );
  });

  it('lets nothing through that makes more than one header of it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (path, subject) => {
        const unsubscribeUrl = `https://example.com/${path}`;
        const choice = accepted({
          unsubscribeUrl,
          unsubscribeSubject: subject,
          unsubscribeMailto: 'a@b.example',
        });
        for (const { value } of choice?.url ? unsubscribeHeaders({ ...choice, url: choice.url }) : []) {
          assert.match(value, /^(<[!-;=?-~]+>(, <[!-;=?-~]+>)?|List-Unsubscribe=One-Click)$/);
        }
      }),
    );
  });
});

function accepted(fields: object) {
  try {
    return readUnsubscribe(fields);
  } catch (thrown) {
    if (thrown instanceof EmailError) return undefined;
    throw thrown;
  }
}
