import assert from 'node:assert/strict';
import { receiptNames } from '../../../nodes/lib/mail/notify.ts';
import { readNotify } from '../../../nodes/lib/request/read-notify.ts';
import { assertRefused } from '../../support/assert-refused.ts';

const notifyUrl = 'https://shop.example/receipts?token=1';
const read = async (fields: object) => readNotify({ notifyUrl, ...fields });

describe('readNotify', () => {
  it('takes the address alone, and all that can stand beside it', async () => {
    assert.deepEqual(await read({}), { url: notifyUrl });
    assert.deepEqual(
      await read({
        notifyUrlAuthId: 'crm',
        caller: 'crm',
        requestedReceipts: ['bounce', 'bounced', 'bounce'],
      }),
      { url: notifyUrl, authId: 'crm', receipts: ['bounce', 'bounced'] },
    );
  });

  it('takes every name of a receipt', async () => {
    const notify = await read({ requestedReceipts: [...receiptNames] });
    assert.deepEqual(notify?.receipts, receiptNames);
  });

  it('is nothing when nothing is asked for', () => {
    assert.equal(readNotify({ notifyUrl: '' }), undefined);
  });

  const wrong: [string, unknown][] = [
    ['a space before it', ` ${notifyUrl}`],
    ['a space after it', `${notifyUrl} `],
    ['a line break after it', `${notifyUrl}\n`],
    ['a user', 'https://ann@shop.example/'],
    ['a password', 'https://ann:secret@shop.example/'],
    ['a fragment', `${notifyUrl}#top`],
    ['another scheme', 'ftp://shop.example/'],
    ['no host', 'https://'],
    ['letters beyond ASCII', 'https://shöp.example/'],
    ['a length of 2049', `https://shop.example/${'a'.repeat(2049 - 21)}`],
    ['no text', 17],
  ];
  for (const [what, value] of wrong) {
    it(`refuses an address with ${what}`, () =>
      assertRefused(() => read({ notifyUrl: value }), 'wrong-type', 'notifyUrl'));
  }

  it('takes an address of 2048 characters', async () => {
    const longest = `https://shop.example/${'a'.repeat(2048 - 21)}`;
    assert.equal((await read({ notifyUrl: longest }))?.url, longest);
  });

  it('refuses receipts that it does not know, and an empty list', async () => {
    for (const requestedReceipts of [['read', 'opened'], ['Read'], [], 'read', [1]]) {
      await assertRefused(() => read({ requestedReceipts }), 'wrong-type', 'requestedReceipts');
    }
  });

  it('lets a caller use the authorization of its own name only, and nobody without a key', async () => {
    for (const caller of ['shop', undefined, '']) {
      const fields = { notifyUrlAuthId: 'crm', caller };
      await assertRefused(() => read(fields), 'not-supported', 'notifyUrlAuthId');
    }
  });

  it('refuses what only has a meaning beside an address', async () => {
    const alone = { notifyUrl: undefined };
    await assertRefused(() => read({ ...alone, notifyUrlAuthId: 'crm' }), 'not-supported', 'notifyUrlAuthId');
    await assertRefused(
      () => read({ ...alone, requestedReceipts: ['read'] }),
      'not-supported',
      'requestedReceipts',
    );
  });
});
