import assert from 'node:assert/strict';
import { headerLine } from '../../../nodes/lib/mail/header-line.ts';
import { unsubscribeHeaders } from '../../../nodes/lib/unsubscribe/unsubscribe-headers.ts';

const url = 'https://mail.example.com/email-app/app00001/unsubscribe/AWtleTE';
const post = { name: 'List-Unsubscribe-Post', value: 'List-Unsubscribe=One-Click' };

describe('unsubscribeHeaders', () => {
  it('writes https before mail-to in one field, and the one-click field beside it', () => {
    assert.deepEqual(
      unsubscribeHeaders({ url, mailto: 'unsub+a@example.com', subject: 'unsubscribe T_k-1' }),
      [
        {
          name: 'List-Unsubscribe',
          value: `<${url}>, <mailto:unsub+a@example.com?subject=unsubscribe%20T_k-1>`,
        },
        post,
      ],
    );
  });

  it('does without mail-to', () => {
    assert.deepEqual(unsubscribeHeaders({ url }), [{ name: 'List-Unsubscribe', value: `<${url}>` }, post]);
  });

  it('offers no one-click where the page is not https', () => {
    assert.deepEqual(unsubscribeHeaders({ url: 'http://localhost:1880/x', mailto: 'u@example.com' }), [
      { name: 'List-Unsubscribe', value: '<mailto:u@example.com>' },
    ]);
    assert.deepEqual(unsubscribeHeaders({ url: 'http://localhost:1880/x' }), []);
  });

  it('leaves no bracket, comma, blank or line break of its parts as it is', () => {
    const [field] = unsubscribeHeaders({
      url: 'https://x.example/a,b>c d\r\ne',
      mailto: 'a&b?c@example.com',
      subject: 'ü>,\r\nBcc: z@z.z',
    });
    assert.equal(
      field?.value,
      '<https://x.example/a%2Cb%3Ec%20de>, <mailto:a%26b%3Fc@example.com?subject=%C3%BC%3E%2C%0D%0ABcc%3A%20z%40z.z>',
    );
  });

  it('fits into header lines with the longest token', () => {
    const long = unsubscribeHeaders({
      url: `https://mail.example.com/${'t'.repeat(450)}`,
      mailto: 'unsub@example.com',
      subject: 't'.repeat(450),
    });
    for (const { name, value } of long) {
      for (const line of headerLine(name, value).split('\r\n')) assert.ok(line.length <= 998);
    }
  });
});
