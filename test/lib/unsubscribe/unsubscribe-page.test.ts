import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { UnsubscribePageSettings } from '../../../nodes/lib/settings/app-settings.ts';
import { choosePageTexts } from '../../../nodes/lib/unsubscribe/page-language.ts';
import { maskAddress } from '../../../nodes/lib/unsubscribe/page-parts.ts';
import { askPage, donePage, invalidPage } from '../../../nodes/lib/unsubscribe/unsubscribe-page.ts';

const hostile = `"><script>alert('1')</script>{address}$&`;
const visit = { address: 'ann@example.com', lists: [{ id: 'a', name: hostile, description: hostile }] };
const frame = (settings: Partial<UnsubscribePageSettings> = {}) => ({
  settings: { organisation: 'Shop', language: 'en', ...settings },
  texts: choosePageTexts(undefined, 'en'),
});

describe('the unsubscribe pages', () => {
  it('show hostile names as text', () => {
    const hostileFrame = frame({
      organisation: hostile,
      note: hostile,
      logo: `data:image/png;base64,${hostile}`,
    });
    for (const { body } of [
      askPage(hostileFrame, visit, { ticked: [0], nonce: hostile }),
      donePage(hostileFrame, visit, { left: [0], nonce: hostile }),
      askPage(hostileFrame, { ...visit, lists: [] }, { ticked: 'all', nonce: hostile }),
      invalidPage(hostileFrame),
    ]) {
      assert.doesNotMatch(body, /<script/);
      assert.match(body, /&#60;script&#62;alert\(&#39;1&#39;\)&#60;\/script&#62;\{address\}\$&#38;/);
    }
  });

  it('have headers that keep them to themselves', () => {
    const { headers, body } = invalidPage(frame());
    const style = /<style>([^<]*)<\/style>/.exec(body)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    assert.equal(
      headers['content-security-policy'],
      `default-src 'none'; style-src 'sha256-${hash}'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
    );
    assert.equal(headers['referrer-policy'], 'no-referrer');
    assert.equal(headers['cache-control'], 'no-store');
    assert.equal(headers['x-robots-tag'], 'noindex, nofollow');
    assert.equal(headers['x-frame-options'], 'DENY');
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.equal(headers['content-type'], 'text/html; charset=utf-8');
    assert.doesNotMatch(body, /<script|style="| on\w+=|https?:/);
  });

  it('show a logo only when it is in the page itself', () => {
    const shown = invalidPage(frame({ logo: 'data:image/png;base64,AAAA' })).body;
    assert.match(shown, /<img src="data:image\/png;base64,AAAA" alt="Shop">/);
    assert.doesNotMatch(invalidPage(frame({ logo: 'https://x.example/a.png' })).body, /<img/);
  });
});

describe('maskAddress', () => {
  for (const [address, masked] of Object.entries({
    'ann@example.com': 'a•••@example.com',
    'ab@example.com': 'a•••@example.com',
    'a@example.com': '•••@example.com',
  })) {
    it(`shows ${address} as ${masked}`, () => assert.equal(maskAddress(address), masked));
  }
});
