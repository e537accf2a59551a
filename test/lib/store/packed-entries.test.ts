import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { EntryPacker, EntryUnpacker } from '../../../nodes/lib/store/packed-entries.ts';
import type { NewSuppression } from '../../../nodes/lib/suppression/suppression-list.ts';
import { entryFor } from './suppression-contract.ts';

describe('EntryPacker and EntryUnpacker', () => {
  const digest = (text: string) => createHash('sha256').update(text).digest().subarray(0, 16);
  const hash = (address: string) =>
    address.includes('+')
      ? { person: digest('shared'), spelling: digest(address) }
      : { person: digest(address) };
  const pack = (entries: readonly NewSuppression[]) => Buffer.from(new EntryPacker(hash).pack(entries));
  const through = (entries: readonly NewSuppression[]) => new EntryUnpacker().unpack(pack(entries));
  const inOrder = (entries: readonly NewSuppression[]) => {
    const start = ({ address }: NewSuppression) => hash(address).person.readUInt32BE();
    return [...entries].sort((one, other) => start(one) - start(other));
  };

  const text = fc.string({ unit: 'binary' }).filter((some) => some.isWellFormed());
  const some = fc.option(text, { nil: undefined });
  const entry: fc.Arbitrary<NewSuppression> = fc.record(
    {
      address: fc.constantFrom('a@a.example', 'B@a.example', 'b+c@a.example', 'b+d@a.example', '@c.example'),
      cause: fc.constantFrom('import', 'manual', 'complaint'),
      method: fc.constantFrom('import', 'api'),
      at: fc.integer({ min: 0, max: 8.64e15 }),
      listTopic: some,
      emailId: some,
      detail: some,
      evidence: fc.record({ ip: text, userAgent: text }, { requiredKeys: [] }),
      expiresAt: fc.nat(),
    },
    { requiredKeys: ['address', 'cause', 'method', 'at'] },
  );

  it('give back what was packed with its hashes, sorted, equal hashes as they came', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 20 }), (entries) => {
        const back = through(entries);
        const sorted = inOrder(entries);
        assert.deepEqual(
          back.map((one) => JSON.parse(JSON.stringify(one.entry))),
          sorted.map((one) => JSON.parse(JSON.stringify(one))),
        );
        for (const [index, { hashes }] of back.entries()) {
          const { person, spelling = Buffer.alloc(0) } = hash(sorted[index]?.address ?? '');
          assert.deepEqual(hashes.map(String), [person, spelling].map(String));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('keep apart what differs in one thing alone', () => {
    const like = entryFor('a@a.example', { evidence: { ip: '192.0.2.1' }, expiresAt: 1 });
    const entries = [
      like,
      { ...like, at: 7 },
      { ...like, listTopic: 'news' },
      { ...like, cause: 'manual' as const },
      { ...like, method: 'api' as const },
      { ...like, emailId: 'mail-1' },
      { ...like, detail: 'why' },
      { ...like, evidence: { ip: '192.0.2.2' } },
      { ...like, expiresAt: 2 },
    ];
    const packer = new EntryPacker(hash);
    for (const one of entries) {
      const [back] = new EntryUnpacker().unpack(Buffer.from(packer.pack([like, one]).slice())).slice(1);
      assert.deepEqual(back?.entry, one);
    }
  });

  it('take what is longer than the room that was made', () => {
    const entries = Array.from({ length: 40 }, (_, n) =>
      entryFor(`a${n}@a.example`, { detail: '€'.repeat(9000) }),
    );
    assert.deepEqual(
      through(entries).map((one) => one.entry),
      inOrder(entries),
    );
  });

  it('refuse what is cut off or no record', () => {
    const bytes = pack([entryFor('a@a.example')]);
    for (const damaged of [bytes.subarray(0, -1), Buffer.concat([bytes, Buffer.alloc(4)])]) {
      assert.throws(() => new EntryUnpacker().unpack(damaged), /damaged/);
    }
  });
});
