/**
 * `npm run score`: how well the labelled mails of the tests are told apart. `npm run score -- <folder>`: one line of
 * JSON for each file of a folder of raw mails, whatever they are.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { judgeFile } from './judge-file.ts';
import { scoreFixtures } from './score-fixtures.ts';

const folder = process.argv[2];
if (folder === undefined) await printScore();
else await printFolder(folder);

async function printFolder(path: string): Promise<void> {
  const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const names = files.map((entry) => join(entry.parentPath, entry.name)).sort();
  for (const file of names) console.log(JSON.stringify({ file, ...(await judge(file)) }, orNull));
}

/** So that every line has every field. */
function orNull(_name: string, value: unknown): unknown {
  return value === undefined ? null : value;
}

async function judge(file: string) {
  try {
    return await judgeFile(file);
  } catch (thrown) {
    return { error: String(thrown) };
  }
}

async function printScore(): Promise<void> {
  const { matrix, precision, recall, hard, mails } = await scoreFixtures();
  const kinds = [...new Set(mails.flatMap(({ label, judged }) => [label.kind, judged.kind]))].sort();
  const width = Math.max(...kinds.map((kind) => kind.length)) + 2;
  console.log(`${mails.length} labelled mails; rows: what they are, columns: what they were told to be\n`);
  console.log([''.padEnd(width), ...kinds].join('  '));
  for (const kind of kinds) {
    const counts = kinds.map((told) => String(matrix.get(kind)?.get(told) ?? '·').padStart(told.length));
    console.log([kind.padEnd(width), ...counts].join('  '));
  }
  const { right, wrong, missed } = hard;
  console.log(`\nhard bounces: ${right} found, ${wrong} wrong, ${missed} missed`);
  console.log(`precision ${precision.toFixed(3)}, recall ${recall.toFixed(3)}`);
}
