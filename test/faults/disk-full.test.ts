import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { temporaryFolder } from '../support/sqlite-outbox.ts';
import { sceneNames } from './full-disk-scenes.ts';
import { onSmallFileSystem } from './small-file-system.ts';

const script = fileURLToPath(new URL('full-disk.ts', import.meta.url));
const run = promisify(execFile);

/** A tmpfs of 64 MB: ENOSPC and EROFS come from the kernel, for SQLite, the spool, the reserve and the keys alike. */
describe('a disk that is full, or read-only', function () {
  this.timeout(60_000);
  let outcomes: Map<string, string | undefined>;

  before(async function () {
    const { folder, remove } = temporaryFolder();
    try {
      const [program, ...rest] = onSmallFileSystem(folder, '64m', script) ?? [];
      // macOS, Windows, or a Linux that lets no user have a namespace; run.mjs takes a skip for a failure in CI
      if (program === undefined) return this.skip();
      const { stdout } = await run(program, rest);
      const lines = stdout.trim().split('\n');
      const told = lines.map((line) => JSON.parse(line) as { name: string; failure?: string });
      outcomes = new Map(told.map(({ name, failure }) => [name, failure]));
    } finally {
      remove();
    }
  });

  for (const name of sceneNames)
    it(name, () => {
      assert.ok(outcomes.has(name), 'it was not played');
      assert.equal(outcomes.get(name), undefined);
    });
});
