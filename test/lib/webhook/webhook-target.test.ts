import assert from 'node:assert/strict';
import { destinationOf, shownUrl } from '../../../nodes/lib/webhook/webhook-target.ts';
import { assertRefused } from '../../support/assert-refused.ts';
import { webhookSettings } from '../../support/webhook-settings.ts';

const settings = webhookSettings({
  url: 'https://own.example/',
  authorization: 'Bearer own',
  authorizations: { crm: 'Basic crm' },
});
const url = 'https://mail.example/notify';

describe('destinationOf', () => {
  it('is the node’s own URL with its own authorization', () => {
    assert.deepEqual(destinationOf({}, settings), {
      url: 'https://own.example/',
      authorization: 'Bearer own',
    });
  });

  it('is the mail’s URL, which never gets the node’s own authorization', () => {
    assert.deepEqual(destinationOf({ target: { url } }, settings), { url });
    assert.deepEqual(destinationOf({ target: { url, authId: 'crm' } }, settings), {
      url,
      authorization: 'Basic crm',
    });
  });

  for (const authId of ['other', '__proto__', 'constructor', 'toString'])
    it(`refuses the authorization ${authId}, which the node does not have`, async () => {
      const error = await assertRefused(
        async () => destinationOf({ target: { url, authId } }, settings),
        'unknown-authorization',
      );
      assert.match(error.message, new RegExp(authId));
    });

  it('refuses to go nowhere', async () => {
    const nowhere = { ...settings, url: undefined };
    await assertRefused(async () => destinationOf({}, nowhere), 'no-webhook-url', 'url');
  });
});

describe('shownUrl', () => {
  it('leaves out what may be secret', () => {
    assert.equal(shownUrl('https://user:pass@a.example:8443/hook?key=1#x'), 'https://a.example:8443/hook');
    assert.equal(shownUrl('no url'), '');
  });
});
