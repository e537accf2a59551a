import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { has, read, root } from './project.ts';

interface Threat {
  readonly number: number;
  /** Titles by the file that has them, below `test/`. */
  readonly tests: ReadonlyMap<string, readonly string[]>;
}

/** `file`: “title”, “title”; `file`: “title” */
const testsOfFile = /^`([^`]+)`: “(.+)”$/;

function readThreats(): readonly Threat[] {
  const rows = read('docs/security.md').matchAll(/^\| T(\d+) \| [^|]+ \| [^|]+ \| ([^|]+) \|$/gm);
  return [...rows].map(([, number, cell = '']) => ({ number: Number(number), tests: readTests(cell) }));
}

function readTests(cell: string): ReadonlyMap<string, readonly string[]> {
  const files = cell.split(/; (?=`)/).map((part) => {
    const [, file = '', titles = ''] = testsOfFile.exec(part) ?? assert.fail(`“${part}” names no test`);
    return [file, titles.split('”, “')] as const;
  });
  return new Map(files);
}

/** As they would run; how often a long one does its work is no part of its name. */
function titlesByFile(files: readonly string[]): ReadonlyMap<string, ReadonlySet<string>> {
  const paths = files.map((file) => join('test', file));
  const mocha = ['node_modules/mocha/bin/mocha.js', '--dry-run', '--exit', '--reporter', 'json', ...paths];
  const { stdout } = spawnSync(process.execPath, mocha, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 28 });
  const { passes }: { passes: { file: string; title: string }[] } = JSON.parse(
    stdout.slice(stdout.indexOf('{')),
  );
  return new Map(
    files.map((file) => {
      const own = passes.filter((test) => test.file === join(root, 'test', file));
      return [file, new Set(own.map(({ title }) => title.replace(/ \(\d+ kills\)$/, '')))];
    }),
  );
}

describe('the list of threats', function () {
  // sixty files are loaded
  this.timeout(300_000);
  const threats = readThreats();
  const files = [...new Set(threats.flatMap(({ tests }) => [...tests.keys()]))];

  it('has every number once, in order', () => {
    assert.deepEqual(
      threats.map(({ number }) => number),
      Array.from({ length: 75 }, (_, index) => index + 1),
    );
  });

  it('names files that the suites run', () => {
    const unknown = files.filter((file) => !has(`test/${file}`) || !file.endsWith('.test.ts'));
    assert.deepEqual(unknown, []);
  });

  it('names tests that there are, by their titles', () => {
    const known = titlesByFile(files);
    const missing = threats.flatMap(({ number, tests }) =>
      [...tests].flatMap(([file, titles]) =>
        titles.filter((title) => !known.get(file)?.has(title)).map((title) => `T${number} ${file}: ${title}`),
      ),
    );
    assert.deepEqual(missing, []);
  });
});
