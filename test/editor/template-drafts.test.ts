import assert from 'node:assert/strict';
import { haveGoodIds, TemplateDrafts } from '../../nodes/editor/template-drafts.ts';
import { hasUnsubscribeTag, type TemplateDraft } from '../../nodes/editor/unsubscribe-tag.ts';
import { hasUnsubscribeTag as hasTagWhenSent } from '../../nodes/lib/template/unsubscribe-tag.ts';

const draft = (id: string, more: Partial<TemplateDraft> = {}): TemplateDraft => ({
  id,
  partial: false,
  subject: '',
  html: '',
  text: '',
  ...more,
});

describe('TemplateDrafts', () => {
  it('leaves what is saved alone', () => {
    const saved = [draft('welcome')];
    const drafts = new TemplateDrafts(saved);
    drafts.all[0]!.html = '<p>changed</p>';
    drafts.add(draft('other'));
    assert.deepEqual(saved, [draft('welcome')]);
  });

  it('starts empty when nothing is saved', () => assert.deepEqual(new TemplateDrafts(undefined).all, []));

  it('gives a copy an id of its own', () => {
    const drafts = new TemplateDrafts([draft('welcome')]);
    for (let copies = 0; copies < 2; copies += 1) drafts.add(drafts.chosen!);
    assert.deepEqual(
      drafts.all.map(({ id }) => id),
      ['welcome', 'welcome-2', 'welcome-3'],
    );
    assert.equal(drafts.chosen?.id, 'welcome-3');
  });

  it('chooses a neighbour of one that is removed, and none at the end', () => {
    const drafts = new TemplateDrafts([draft('a'), draft('b')]);
    drafts.chosen = drafts.all[1];
    drafts.remove();
    assert.equal(drafts.chosen?.id, 'a');
    drafts.remove();
    assert.equal(drafts.chosen, undefined);
    drafts.remove();
    assert.deepEqual(drafts.all, []);
  });
});

describe('haveGoodIds', () => {
  for (const [title, templates, expected] of [
    ['takes none', undefined, true],
    ['takes different ids', [draft('a'), draft('b')], true],
    ['refuses an id that is there twice', [draft('a'), draft('a')], false],
    ['refuses an id that could be a path', [draft('../a')], false],
    ['refuses an empty id', [draft('')], false],
  ] as const) {
    it(title, () => assert.equal(haveGoodIds(templates), expected));
  }
});

describe('hasUnsubscribeTag', () => {
  const footer = draft('footer', {
    partial: true,
    html: '<a href="{{unsubscribe_url}}">Leave</a>',
    text: 'Leave: $(unsubscribe)',
  });
  const inner = draft('inner', { partial: true, html: '{{> footer}}', text: '{{>footer}}' });
  const circle = draft('circle', { partial: true, html: '{{> circle}}' });
  const all = [footer, inner, circle];

  for (const [title, parts, expected] of [
    ['sees $(unsubscribe)', { html: '<a href="$(unsubscribe)">x</a>' }, true],
    ['sees {{ unsubscribe_url }}', { text: '{{ unsubscribe_url }}' }, true],
    ['sees it in a partial', { html: '<p>Hi</p>{{> footer}}' }, true],
    ['sees it in a partial of a partial', { html: '{{> inner}}', text: '{{> inner}}' }, true],
    ['is content with one part', { html: '{{> footer}}', text: 'Hi' }, true],
    ['does not take another name for it', { html: '{{unsubscribe_urls}} $(unsubscribed)' }, false],
    ['ends with a partial that includes itself', { html: '{{> circle}}' }, false],
    ['finds none in an unknown partial', { html: '{{> gone}}' }, false],
    ['finds none in nothing', {}, false],
  ] as const) {
    it(title, () => assert.equal(hasUnsubscribeTag(draft('mail', parts), all), expected));
  }

  for (const text of [
    '$(unsubscribe)',
    '$(unsubscribe_url)',
    '{{unsubscribe}}',
    '{{ unsubscribe_url }}',
    '$( unsubscribe )',
    'unsubscribe',
  ]) {
    it(`judges ${text} as sending does`, () =>
      assert.equal(hasUnsubscribeTag(draft('mail', { text }), []), hasTagWhenSent(text)));
  }
});
