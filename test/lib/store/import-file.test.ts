import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { beforeAllPieces, ImportFile, type PiecePlace } from '../../../nodes/lib/store/import-file.ts';
import { EntryPacker, EntryUnpacker } from '../../../nodes/lib/store/packed-entries.ts';
import { temporaryFolder } from '../../support/sqlite-outbox.ts';
import { entryFor } from './suppression-contract.ts';

describe('ImportFile', function () {
  this.timeout(20_000);
  let file: string;
  let opened: ImportFile;
  let remove: () => void;
  beforeEach(() => {
    const made = temporaryFolder();
    remove = made.remove;
    file = join(made.folder, 'import.sqlite');
    opened = ImportFile.create(file);
  });
  afterEach(() => {
    opened.drop();
    remove();
  });

  const packer = new EntryPacker((address) => ({
    person: createHash('sha256').update(address).digest().subarray(0, 16),
  }));
  const fill = (count: number, nameOf: (n: number) => string) => {
    for (let n = 0; n < count; n += 1000) {
      const some = Array.from({ length: Math.min(1000, count - n) }, (_, index) =>
        entryFor(`${nameOf(n + index)}@a.example`, { at: n + index }),
      );
      opened.add(packer.pack(some));
    }
    opened.seal();
  };
  const steps = () => {
    const all = [];
    for (let place: PiecePlace | undefined = beforeAllPieces; place; ) {
      const { entries, last } = opened.read(place);
      all.push(new EntryUnpacker().unpack(entries));
      place = last;
    }
    return all;
  };

  it('gives everything once, by hash, in steps of a few thousand', () => {
    fill(30_000, (n) => `u${n}`);
    const read = steps();
    const persons = read.flat().map(({ hashes }) => hashes[0].toString('hex', 0, 4));
    assert.deepEqual(persons, [...persons].sort());
    assert.equal(new Set(read.flat().map(({ entry }) => entry.at)).size, 30_000);
    assert.equal(opened.staged, 30_000);
    assert.ok(read.length > 3 && read.every((step) => step.length < 10_000));
  });

  it('keeps its steps small, and the order, when one address comes over and over', () => {
    fill(30_000, () => 'same');
    const read = steps();
    assert.deepEqual(
      read.flat().map(({ entry }) => entry.at),
      Array.from({ length: 30_000 }, (_, n) => n),
    );
    assert.ok(read.every((step) => step.length < 10_000));
  });

  it('goes on from a place after it was opened anew', () => {
    fill(20_000, (n) => `u${n}`);
    const { last } = opened.read(beforeAllPieces);
    assert.ok(last);
    const rest = opened.read(last).entries;
    opened.close();
    opened = ImportFile.open(file);
    assert.deepEqual(opened.read(last).entries, rest);
  });

  it('gives nothing of nothing', () => {
    fill(0, String);
    const { entries, last } = opened.read(beforeAllPieces);
    assert.deepEqual([entries.length, last], [0, undefined]);
  });
});
