import assert from 'node:assert/strict';
import type { AppTemplate } from '../../../nodes/lib/settings/app-settings.ts';
import { expandPartials } from '../../../nodes/lib/template/expand-partials.ts';
import { assertRefused } from '../../support/assert-refused.ts';

const partial = (id: string, html: string, text = ''): AppTemplate => ({
  id,
  partial: true,
  subject: '',
  html,
  text,
});
const templates = [
  partial('foot', '<hr>{{> sign}}', '--'),
  partial('sign', '<i>$& {{name}}</i>'),
  partial('snake', '{{> tail}}'),
  partial('tail', '{{>snake}}'),
  partial('wide', '{{> widest}}'.repeat(40)),
  partial('widest', '{{> sign}}'.repeat(40)),
  { ...partial('letter', '<p>whole</p>'), partial: false },
];
const html = (source: string) => expandPartials(source, 'html', templates);

describe('expandPartials', () => {
  it('puts partials in their places, and those that they use', () => {
    assert.equal(html('<p>{{> foot}}{{>sign}}'), '<p><hr><i>$& {{name}}</i><i>$& {{name}}</i>');
  });

  it('takes the text of a partial for a text', () => {
    assert.equal(expandPartials('Bye\n{{> foot}}', 'text', templates), 'Bye\n--');
  });

  const refused: [string, string][] = [
    ['a partial that is not there', '{{> no}}'],
    ['a template, which is none', '{{> letter}}'],
    ['a partial that includes itself by way of another', '{{> snake}}'],
    ['more partials than fit in a mail', '{{> wide}}'],
  ];
  for (const [name, source] of refused) {
    it(`refuses ${name}`, () => assertRefused(async () => html(source), 'bad-placeholder', 'html'));
  }

  it('refuses a partial without the part that is needed', () =>
    assertRefused(async () => expandPartials('{{> sign}}', 'text', templates), 'bad-placeholder', 'text'));
});
