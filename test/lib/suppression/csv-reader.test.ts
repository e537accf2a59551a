import assert from 'node:assert/strict';
import fc from 'fast-check';
import { byteOrderMark, csvRow, readCell } from '../../../nodes/lib/suppression/csv-cell.ts';
import { CsvReader, type CsvRow } from '../../../nodes/lib/suppression/csv-reader.ts';

const cell = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc
    .array(fc.constantFrom('"', ',', ';', '\t', '\r', '\n', "'", '=', 'a', ' '), { maxLength: 8 })
    .map((all) => all.join('')),
);
/** The first names the columns, as in every export, so that the comma is what parts them. */
const table = fc
  .integer({ min: 2, max: 4 })
  .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { maxLength: 8 }))
  .map((rows) => [['address', 'topic'], ...rows]);

function readAll(pieces: readonly string[]): readonly CsvRow[] {
  const reader = new CsvReader();
  return [...pieces.flatMap((piece) => [...reader.push(piece)]), ...reader.end()];
}

const cutAt = (text: string, places: readonly number[]): string[] => {
  const cuts = places.map((place) => place % (text.length + 1)).sort((one, other) => one - other);
  return [...cuts, text.length].map((end, index) => text.slice(cuts[index - 1] ?? 0, end));
};

describe('CsvReader', () => {
  it('reads every table that is written', () => {
    fc.assert(
      fc.property(table, (rows) => {
        const text = byteOrderMark + rows.map(csvRow).join('');
        const read = readAll([text]);
        assert.deepEqual(
          read.map(({ cells }) => cells.map(readCell)),
          rows,
        );
        assert.ok(read.every(({ fault }) => fault === undefined));
      }),
      { numRuns: 500 },
    );
  });

  it('says where each row starts', () => {
    fc.assert(
      fc.property(table, (rows) => {
        const lines = rows.map((_row, index) => rows.slice(0, index).map(csvRow).join('').split('\n').length);
        assert.deepEqual(
          readAll([rows.map(csvRow).join('')]).map(({ line }) => line),
          lines,
        );
      }),
    );
  });

  it('reads the same wherever the pieces end', () => {
    const anything = fc.oneof(
      table.map((rows) => rows.map(csvRow).join('')),
      fc.array(cell).map((cells) => `a,b\n${cells.join('')}\n"x"\n`),
    );
    fc.assert(
      fc.property(anything, fc.array(fc.nat(), { maxLength: 10 }), (text, places) => {
        assert.deepEqual(outcome(cutAt(text, places)), outcome([text]));
      }),
      { numRuns: 500 },
    );
  });

  it('takes rows of one length wherever the pieces end, and refuses longer ones', () => {
    const length = fc.integer({ min: 65_530, max: 65_542 });
    const shape = fc.constantFrom('x', 'x\n', '""');
    fc.assert(
      fc.property(
        length,
        shape,
        fc.boolean(),
        fc.array(fc.nat(), { maxLength: 3 }),
        (size, unit, isLast, places) => {
          const isQuoted = unit !== 'x';
          const filling = unit.repeat(size).slice(0, isQuoted ? 2 * Math.floor((size - 2) / 2) : size);
          const row = isQuoted ? `"${filling}"` : filling;
          const text = `a,b\n${row}${isLast ? '' : '\n'}`;
          const expected = row.length <= 65_536 ? 2 : /it is too long/;
          for (const pieces of [[text], cutAt(text, places)]) {
            if (typeof expected === 'number') assert.equal(readAll(pieces).length, expected);
            else assert.throws(() => readAll(pieces), expected);
          }
        },
      ),
      { numRuns: 100 },
    );
  });
});

function outcome(pieces: readonly string[]): unknown {
  try {
    return readAll(pieces);
  } catch (thrown) {
    return String(thrown);
  }
}
