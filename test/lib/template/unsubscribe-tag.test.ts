import assert from 'node:assert/strict';
import { compileUnsubscribeTags, hasUnsubscribeTag } from '../../../nodes/lib/template/unsubscribe-tag.ts';

const values = { unsubscribe: 'https://example.com/u?a=1&b=2' };

describe('compileUnsubscribeTags', () => {
  it('fills in the tags of a body that is no template, and nothing else', () => {
    const { render } = compileUnsubscribeTags('{{name}} $(unsubscribe) {{ unsubscribe_url }} $& {{', 'text');
    assert.equal(render(values), `{{name}} ${values.unsubscribe} ${values.unsubscribe} $& {{`);
  });

  it('writes the link into HTML as HTML', () => {
    const { render } = compileUnsubscribeTags('<a href="$(unsubscribe)">', 'html');
    assert.equal(render(values), '<a href="https://example.com/u?a=1&amp;b=2">');
  });

  it('leaves a body without tags alone', () => {
    const { names, render } = compileUnsubscribeTags('how to unsubscribe(x)', 'text');
    assert.deepEqual([names, render({})], [[], 'how to unsubscribe(x)']);
  });
});

describe('hasUnsubscribeTag', () => {
  for (const [source, expected] of [
    ['$(unsubscribe)', true],
    ['{{unsubscribe_url}}', true],
    ['{{ unsubscribe_url }}', true],
    ['unsubscribe', false],
    ['$(unsubscribed)', false],
    ['{{unsubscribe_link}}', false],
  ] as const) {
    it(`says ${expected} for ${source}`, () => assert.equal(hasUnsubscribeTag(source), expected));
  }
});
