import assert from 'node:assert/strict';
import fc from 'fast-check';
import { filterRecipients } from '../../../nodes/lib/suppression/filter-recipients.ts';
import type { NewSuppression } from '../../../nodes/lib/suppression/suppression-list.ts';
import { assertRefused } from '../../support/assert-refused.ts';
import { memorySuppressionList } from '../../support/memory-suppression-list.ts';

const now = Date.UTC(2026, 10, 23);
const entry = (address: string, more: Partial<NewSuppression> = {}): NewSuppression => ({
  address,
  cause: 'unsubscribe',
  method: 'page',
  at: now - 1000,
  ...more,
});

async function filter(recipients: unknown, entries: NewSuppression[], order: object = {}) {
  const suppressions = memorySuppressionList();
  await suppressions.add(entries);
  return filterRecipients({ recipients, field: 'to', ...order }, { suppressions, now });
}

const bob = entry('bob@example.net');

describe('filterRecipients', () => {
  for (const [what, given, allowed, removed] of [
    ['a text', 'ann@example.net', 'ann@example.net', undefined],
    ['a text of one who left', 'Bob <bob@example.net>', undefined, 'Bob <bob@example.net>'],
    [
      'a list in a text',
      'ann@example.net, bob@example.net,Carl <carl@example.net>',
      'ann@example.net, Carl <carl@example.net>',
      'bob@example.net',
    ],
    [
      'a name in quotation marks',
      '"A, \\"B\\"" <ann@example.net>',
      '"A, \\"B\\"" <ann@example.net>',
      undefined,
    ],
    ['a list of texts', ['ann@example.net', 'BOB@example.net'], ['ann@example.net'], ['BOB@example.net']],
    [
      'an object',
      { address: 'ann@example.net', city: 'Ulm' },
      { address: 'ann@example.net', city: 'Ulm' },
      undefined,
    ],
    [
      'a list of objects',
      [{ address: 'ann@example.net', x: 1 }, { address: 'bob@example.net' }],
      [{ address: 'ann@example.net', x: 1 }],
      [{ address: 'bob@example.net' }],
    ],
  ] as const) {
    it(`keeps the form of ${what}`, async () => {
      const outcome = await filter(given, [bob]);
      assert.deepEqual([outcome.allowed, outcome.removed], [allowed, removed]);
    });
  }

  it('says why somebody was removed', async () => {
    const { suppressed } = await filter(
      'bob@example.net',
      [entry('bob@example.net', { listTopic: 'news' })],
      { listTopic: 'news' },
    );
    const [{ reason, ...rest } = assert.fail()] = suppressed;
    assert.deepEqual(rest, {
      address: 'bob@example.net',
      cause: 'unsubscribe',
      listTopic: 'news',
      since: '2026-11-22T23:59:59.000Z',
      code: 'unsubscribed',
    });
    assert.match(reason, /unsubscribed, for news, 2026-11-22/);
  });

  for (const [what, given, order, isHeld] of [
    ['the topic, by marketing of that topic', { listTopic: 'news' }, { listTopic: 'news' }, true],
    ['the topic, not by marketing of another', { listTopic: 'news' }, { listTopic: 'sale' }, false],
    [
      'the topic, not by a transactional mail',
      { listTopic: 'news' },
      { listTopic: 'news', messageClass: 'transactional' },
      false,
    ],
    ['everything, by a transactional mail too', {}, { messageClass: 'transactional' }, true],
    [
      'a complaint about another topic',
      { cause: 'complaint', listTopic: 'news' },
      { messageClass: 'transactional' },
      true,
    ],
    ['an entry that has expired', { cause: 'manual', expiresAt: now - 1 }, {}, false],
  ] as const) {
    it(`obeys ${what}: ${isHeld}`, async () => {
      const { suppressed } = await filter('bob@example.net', [entry('bob@example.net', given)], order);
      assert.equal(suppressed.length === 1, isHeld);
    });
  }

  it('holds everybody of a domain', async () => {
    assert.equal(
      (await filter('x@example.net', [entry('@example.net', { cause: 'manual' })])).allowed,
      undefined,
    );
  });

  for (const [what, recipients, code, field] of [
    ['nobody', '', 'missing-recipient', 'to'],
    ['an empty list', [], 'missing-recipient', 'to'],
    ['nothing', undefined, 'missing-recipient', 'to'],
    ['a bad address', ['ann@example.net', 'bad'], 'bad-address', 'to[1]'],
    ['two addresses in one place', ['ann@example.net, bob@example.net'], 'bad-address', 'to[0]'],
    ['a bad address in an object', [{ address: 'bad' }], 'bad-address', 'to[0].address'],
    ['an object without address', [{ name: 'Ann' }], 'wrong-type', 'to[0]'],
    ['an inherited address', Object.create({ address: 'ann@example.net' }), 'wrong-type', 'to'],
    ['a number', 42, 'wrong-type', 'to'],
  ] as const) {
    it(`refuses ${what}`, () => assertRefused(() => filter(recipients, []), code, field));
  }

  it('refuses an unknown class or topic', async () => {
    await assertRefused(
      () => filter('a@b.example', [], { messageClass: 'bulk' }),
      'wrong-type',
      'messageClass',
    );
    await assertRefused(() => filter('a@b.example', [], { listTopic: 'a b' }), 'wrong-type', 'listTopic');
  });

  it('allows nobody when the list cannot be read', async () => {
    const suppressions = memorySuppressionList();
    suppressions.fail();
    await assertRefused(
      () => filterRecipients({ recipients: 'ann@example.net', field: 'to' }, { suppressions, now }),
      'store-unavailable',
    );
  });

  it('divides every list without loss, in order', async () => {
    const address = fc.nat(20).map((number) => `r${number}@example.net`);
    await fc.assert(
      fc.asyncProperty(fc.array(address, { minLength: 1 }), fc.array(address), async (given, left) => {
        const { allowed = [], removed = [] } = await filter(
          given,
          left.map((one) => entry(one)),
        );
        assert.deepEqual(
          allowed,
          given.filter((one) => !left.includes(one)),
        );
        assert.deepEqual(
          removed,
          given.filter((one) => left.includes(one)),
        );
      }),
      { numRuns: 100 },
    );
  });
});
