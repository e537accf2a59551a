import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { previewHeaders, previewPage } from '../../../nodes/lib/app/preview-unsubscribe.ts';
import { assertRefused } from '../../support/assert-refused.ts';
import { sampleSettings } from '../../support/sample-settings.ts';

const settings = (baseUrl: string | undefined, unsubscribe: object = {}) => {
  const sample = sampleSettings();
  return { ...sample, baseUrl, unsubscribe: { ...sample.unsubscribe, headers: true, ...unsubscribe } };
};

describe('previewHeaders', () => {
  it('shows the link of the body in the header, too', () => {
    const { headers, link } = previewHeaders(settings('https://flows.example.com/red'), randomBytes);
    assert.match(link, /^https:\/\/flows\.example\.com\/red\/email-app\/[a-z0-9]+\/unsubscribe\/[\w-]+$/);
    assert.deepEqual(headers, [
      { name: 'List-Unsubscribe', value: `<${link}>` },
      { name: 'List-Unsubscribe-Post', value: 'List-Unsubscribe=One-Click' },
    ]);
  });

  it('shows the mail-to address after the link, in the same header', () => {
    const { headers, link } = previewHeaders(
      settings('https://flows.example.com', { mailto: 'leave@example.com' }),
      randomBytes,
    );
    assert.equal(headers.length, 2);
    assert.ok(headers[0]?.value.startsWith(`<${link}>, <mailto:leave@example.com?subject=`));
  });

  it('shows a link without headers when those are off', () => {
    const { headers, link } = previewHeaders(
      settings('https://flows.example.com', { headers: false }),
      randomBytes,
    );
    assert.deepEqual([headers, link.startsWith('https://flows.example.com/')], [[], true]);
  });

  it('shows no headers over http', () => {
    assert.deepEqual(previewHeaders(settings('http://127.0.0.1:1880'), randomBytes).headers, []);
  });

  it('asks for the base URL', () =>
    assertRefused(() => previewHeaders(settings(undefined), randomBytes), 'missing-base-url', 'baseUrl'));
});

describe('previewPage', () => {
  it('shows topics, organisation, note and logo in the app’s language', () => {
    const page = {
      organisation: 'Ampel <& Co',
      language: 'de',
      note: 'Hauptstr. 1',
      logo: 'data:image/png;base64,AAAA',
    };
    const topics = [{ id: 'news', name: 'Neuigkeiten <b>' }];
    const html = previewPage(settings(undefined, { page, topics }));
    for (const text of [
      'lang="de"',
      'Ampel &#60;&#38; Co',
      'Hauptstr. 1',
      page.logo,
      'Neuigkeiten &#60;b&#62;',
    ])
      assert.ok(html.includes(text), text);
    assert.ok(!html.includes('ada@example.org'), 'the address is masked');
  });
});
