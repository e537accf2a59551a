import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readUnsubscribeRequest } from '../../../nodes/lib/unsubscribe/one-click-request.ts';

const form = 'application/x-www-form-urlencoded';
const read = (type: string | undefined, body: string) => readUnsubscribeRequest(type, Buffer.from(body));
const multipart = (name: string, value: string, newLine = '\r\n') =>
  ['--x-Y', `Content-Disposition: form-data; name="${name}"`, '', value, '--x-Y--', ''].join(newLine);

const oneClicks: [what: string, type: string | undefined, body: string][] = [
  ['urlencoded', form, 'List-Unsubscribe=One-Click'],
  ['urlencoded with a charset', `${form}; charset=UTF-8`, 'List-Unsubscribe=One-Click'],
  ['urlencoded in odd case', 'Application/X-WWW-Form-URLEncoded', 'List-Unsubscribe=One-Click'],
  ['without a content type', undefined, 'List-Unsubscribe=One-Click'],
  ['with an empty content type', '', 'List-Unsubscribe=One-Click'],
  ['percent-encoded', form, 'List%2DUnsubscribe=One%2dClick'],
  ['with a line break at the end', form, 'List-Unsubscribe=One-Click\r\n'],
  ['multipart', 'multipart/form-data; boundary=x-Y', multipart('List-Unsubscribe', 'One-Click')],
  [
    'multipart with quotes',
    'multipart/form-data; boundary="x-Y"',
    multipart('List-Unsubscribe', 'One-Click'),
  ],
];

const others: [what: string, type: string | undefined, body: string][] = [
  ['nothing', form, ''],
  ['nothing without a content type', undefined, ''],
  ['another value', form, 'List-Unsubscribe=Two-Click'],
  ['another case', form, 'list-unsubscribe=one-click'],
  ['a blank too many', form, 'List-Unsubscribe=One-Click '],
  ['the pair twice', form, 'List-Unsubscribe=One-Click&List-Unsubscribe=One-Click'],
  ['the pair and another', form, 'List-Unsubscribe=One-Click&a=b'],
  ['the name alone', form, 'List-Unsubscribe'],
  ['JSON', 'application/json', '{"List-Unsubscribe":"One-Click"}'],
  ['JSON called a form', form, '{"List-Unsubscribe":"One-Click"}'],
  ['plain text', 'text/plain', 'List-Unsubscribe=One-Click'],
  ['bytes', 'application/octet-stream', 'List-Unsubscribe=One-Click'],
  ['XML', 'text/xml', 'List-Unsubscribe=One-Click'],
  ['a type that only begins like a form', `${form}-x`, 'List-Unsubscribe=One-Click'],
  ['multipart without a boundary', 'multipart/form-data', multipart('List-Unsubscribe', 'One-Click')],
  [
    'multipart, another boundary',
    'multipart/form-data; boundary=z',
    multipart('List-Unsubscribe', 'One-Click'),
  ],
  [
    'multipart, bare line feeds',
    'multipart/form-data; boundary=x-Y',
    multipart('List-Unsubscribe', 'One-Click', '\n'),
  ],
  [
    'multipart, cut off',
    'multipart/form-data; boundary=x-Y',
    multipart('List-Unsubscribe', 'One-Click').slice(0, -6),
  ],
  [
    'multipart, a file',
    'multipart/form-data; boundary=x-Y',
    multipart('List-Unsubscribe"; filename="a', 'One-Click'),
  ],
  ['urlencoded called multipart', 'multipart/form-data; boundary=x-Y', 'List-Unsubscribe=One-Click'],
  ['multipart called urlencoded', form, multipart('List-Unsubscribe', 'One-Click')],
  ['a form without a nonce', form, 'do=leave&list=all'],
  ['a form with two nonces', form, 'do=leave&nonce=a&nonce=b&list=all'],
  ['a form with two orders', form, 'do=leave&do=undo&nonce=a&list=all'],
  ['a form with an unknown order', form, 'do=join&nonce=a&list=all'],
];

describe('readUnsubscribeRequest', () => {
  for (const [what, type, body] of oneClicks) {
    it(`takes a one-click request ${what}`, async () => {
      assert.deepEqual(await read(type, body), { kind: 'one-click' });
    });
  }

  for (const [what, type, body] of others) {
    it(`is asked for nothing by ${what}`, async () => {
      assert.deepEqual(await read(type, body), { kind: 'none' });
    });
  }

  it('takes the forms of the pages', async () => {
    assert.deepEqual(await read(form, 'list=0&list=2&nonce=n.1.x&do=leave'), {
      kind: 'leave',
      nonce: 'n.1.x',
      ticked: ['0', '2'],
    });
    assert.deepEqual(await read(form, 'nonce=n&do=undo'), { kind: 'undo', nonce: 'n', ticked: [] });
  });

  it('never rejects and never takes noise for one-click', async () => {
    const type = fc.oneof(
      fc.constantFrom(undefined, form, 'multipart/form-data; boundary=x-Y'),
      fc.string({ unit: 'binary' }),
    );
    await fc.assert(
      fc.asyncProperty(type, fc.uint8Array({ maxLength: 1025 }), async (anyType, body) => {
        assert.notEqual((await readUnsubscribeRequest(anyType, body)).kind, 'one-click');
      }),
    );
  });
});
