import assert from 'node:assert/strict';
import fc from 'fast-check';
import { receivedAddress, receivedAddresses } from '../../../nodes/lib/received/received-addresses.ts';

describe('receivedAddresses', () => {
  const cases: Readonly<Record<string, readonly string[]>> = {
    'a@b.example': ['a@b.example'],
    '<a@b.example>': ['a@b.example'],
    'Name <A@B.example>': ['Name <A@b.example>'],
    '"Doe, \\"J\\"" <a@b.example>, c@d.example': ['Doe, "J" <a@b.example>', 'c@d.example'],
    'a@b.example (Jane (J.) Doe)': ['Jane J. Doe <a@b.example>'],
    '=?utf-8?Q?J=C3=BCrgen?= <a@b.example>': ['Jürgen <a@b.example>'],
    'team: a@b.example, c@d.example;, e@f.example': ['a@b.example', 'c@d.example', 'e@f.example'],
    'undisclosed-recipients:;': [],
    'user@evil.example .bank.example': [],
    'Name <user@evil.example .bank.example>': [],
    'a@b, @c.example, ,, d@e.example': ['d@e.example'],
    'Evil\u202ename <a@b.example>': ['Evil name <a@b.example>'],
  };
  for (const [given, read] of Object.entries(cases)) {
    it(`reads ${given}`, () => {
      const shown = receivedAddresses(given).map(({ name, address }) =>
        name ? `${name} <${address}>` : address,
      );
      assert.deepEqual(shown, read);
    });
  }

  it('takes an address with a long tag of ours as it stands', () => {
    const tagged = `unsub+${'a'.repeat(400)}@ours.example`;
    assert.equal(receivedAddress(tagged), tagged);
  });

  it('looks at no more than two thousand that are none, for a header of them stops the process', () => {
    assert.deepEqual(receivedAddresses(`${'a,'.repeat(2000)}b@b.example`), []);
    assert.equal(receivedAddresses(`${','.repeat(100_000)}b@b.example`).length, 1);
  });

  it('reads at most a thousand, and throws at nothing', () => {
    assert.equal(receivedAddresses('a@b.example,'.repeat(5000)).length, 1000);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        receivedAddresses(text);
      }),
    );
  });
});
