import assert from 'node:assert/strict';
import fs, { writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { mock } from 'node:test';
import { lineReader, writeLine } from '../../../nodes/lib/store/mailing-lines.ts';
import { temporaryFolder } from '../../support/sqlite-outbox.ts';

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

  it('are read in few steps, however long one is', () => {
    const long = { to: { address: 'a@a.example' }, values: { text: 'x'.repeat(8 * 1024 * 1024) } };
    const short = { to: { address: 'b@a.example' }, values: {} };
    writeFileSync(file, writeLine(long) + writeLine(short));
    const reads = mock.method(fs, 'readSync');
    syncBuiltinESMExports();
    const { copies } = lineReader()(file, 0, 2);
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
});
