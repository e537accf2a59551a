import assert from 'node:assert/strict';
import { newMessageId, readMessageIds } from '../../../nodes/lib/mail/message-id.ts';
import { assertRefused } from '../../support/assert-refused.ts';

describe('newMessageId', () => {
  it('is unique by its left side and ours by its right side', () => {
    const id = newMessageId(() => '0f8e', 'example.com');
    assert.equal(id, '0f8e@example.com');
    assert.deepEqual(readMessageIds(`<${id}>`, 'inReplyTo'), [id]);
  });
});

describe('readMessageIds', () => {
  const accepted: [what: string, value: unknown, ids: string[]][] = [
    ['one id', '<a.b@c.d>', ['a.b@c.d']],
    ['an id as msg.email.messageId has it', 'a@b.c', ['a@b.c']],
    ['ids between blanks', ' <a@b>  <c@d> ', ['a@b', 'c@d']],
    ['ids between tabs, as folded fields have them', '<a@b>\t<c@d>', ['a@b', 'c@d']],
    ['a list', ['<a@b>', '<c@d> <e@f>'], ['a@b', 'c@d', 'e@f']],
    ['an empty list', [], []],
    ['an IP literal', '<a@[192.0.2.1]>', ['a@[192.0.2.1]']],
    ['a colon and two dots, which mail programs write', '<AM0:1..x$=+%@X.COM>', ['AM0:1..x$=+%@X.COM']],
  ];
  for (const [what, value, ids] of accepted) {
    it(`reads ${what}`, () => assert.deepEqual(readMessageIds(value, 'references'), ids));
  }

  const refused: Record<string, unknown> = {
    nothing: undefined,
    'an empty text': '',
    'only blanks': '  ',
    'an open angle bracket': '<a@b',
    'no @': '<ab>',
    'two @': '<a@b@c>',
    'nothing between the brackets': '<>',
    'ids without a blank between them': '<a@b><c@d>',
    'ids between commas': '<a@b>,<c@d>',
    'a blank inside': '<a b@c>',
    'letters beyond ASCII': '<ä@b>',
    'a quoted left side': '<"a"@b>',
    'an id of 513 characters': `<${'a'.repeat(511)}@b>`,
    'an endless text': '<a@b> '.repeat(20_000),
    'a number': 7,
    'a list in a list': [['<a@b>']],
    '101 ids in a text': '<a@b> '.repeat(101),
    '101 ids in a list': Array(101).fill('<a@b>'),
    '102 ids in a short list': Array(51).fill('<a@b> <c@d>'),
  };
  for (const [what, value] of Object.entries(refused)) {
    it(`refuses ${what}`, () =>
      assertRefused(() => readMessageIds(value, 'references'), 'wrong-type', 'references'));
  }

  for (const text of ['<a@b>\r\nBcc: z@z.com', '<a\n@b>', '<a@b>\0']) {
    it(`refuses ${JSON.stringify(text)}`, () =>
      assertRefused(() => readMessageIds(text, 'references'), 'unsafe-characters', 'references'));
  }

  it('takes 100 ids', () => assert.equal(readMessageIds('<a@b> '.repeat(100), 'references').length, 100));
});
