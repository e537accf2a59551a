import assert from 'node:assert/strict';
import fs, { readFileSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { mock } from 'node:test';
import type { MailingCopy } from '../../../nodes/lib/outbound/mailings.ts';
import { DraftFile } from '../../../nodes/lib/store/draft-file.ts';
import { lineReader, writeLine } from '../../../nodes/lib/store/mailing-lines.ts';
import { temporaryFolder, testSeal } from '../../support/sqlite-outbox.ts';

describe('lines of a mailing', () => {
  let file: string;
  let remove: () => void;

  beforeEach(() => {
    const temporary = temporaryFolder();
    ({ remove } = temporary);
    file = join(temporary.folder, 'lines');
  });
  afterEach(() => {
    mock.restoreAll();
    syncBuiltinESMExports();
    remove();
  });

  async function writeLines(copies: readonly MailingCopy[]): Promise<void> {
    const draft = new DraftFile(file, testSeal);
    for (const copy of copies) await draft.write(writeLine(copy));
    await draft.finish();
  }

  it('are read in few steps, however long one is', async () => {
    const long = { to: { address: 'a@a.example' }, values: { text: 'x'.repeat(8 * 1024 * 1024) } };
    const short = { to: { address: 'b@a.example' }, values: {} };
    await writeLines([long, short]);
    const reads = mock.method(fs, 'readSync');
    syncBuiltinESMExports();
    const { copies } = lineReader(testSeal)(file, 0, 2);
    assert.deepEqual(
      copies.map(({ to, values }) => [to.address, String(values.text ?? '').length]),
      [
        ['a@a.example', 8 * 1024 * 1024],
        ['b@a.example', 0],
      ],
    );
    const steps = reads.mock.callCount();
    assert.ok(steps > 0 && steps < 12, `${steps} steps`);
  });

  it('go on from any line, wherever the sealed pieces end', async () => {
    const copies = Array.from({ length: 3000 }, (_, place) => ({
      to: { address: `p${place}@a.example` },
      values: { text: 'x'.repeat(place % 97) },
    }));
    await writeLines(copies);
    const addresses: string[] = [];
    for (let from = 0, more = true; more; ) {
      const read = lineReader(testSeal)(file, from, 7);
      addresses.push(...read.copies.map(({ to }) => to.address));
      more = read.copies.length > 0;
      from = read.readTo;
    }
    assert.deepEqual(
      addresses,
      copies.map(({ to }) => to.address),
    );
  });

  it('are sealed in their file, and read from one of before they were', async () => {
    const copy = { to: { address: 'ann@a.example', name: 'Ann' }, values: { word: 'secret' } };
    await writeLines([copy]);
    assert.doesNotMatch(readFileSync(file, 'latin1'), /ann@|Ann|secret/);
    writeFileSync(file, writeLine(copy));
    assert.match(readFileSync(file, 'latin1'), /ann@a\.example/);
    assert.deepEqual(lineReader(testSeal)(file, 0, 1).copies[0]?.to, copy.to);
  });

  it('do not open when a byte of them was changed', async () => {
    await writeLines([{ to: { address: 'ann@a.example' }, values: {} }]);
    const bytes = readFileSync(file);
    bytes.writeUInt8(bytes.readUInt8(30) ^ 1, 30);
    writeFileSync(file, bytes);
    assert.throws(() => lineReader(testSeal)(file, 0, 1), { code: 'row-unreadable' });
  });
});
