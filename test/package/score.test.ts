import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const script = join(import.meta.dirname, '..', '..', 'score', 'run.ts');

function score(...given: string[]): string {
  return spawnSync(process.execPath, [script, ...given], { encoding: 'utf8' }).stdout;
}

describe('npm run score', () => {
  it('prints one line of JSON for each file of a folder', () => {
    const folder = mkdtempSync(join(tmpdir(), 'score-'));
    writeFileSync(join(folder, 'a.eml'), 'From: A <a@b.example>\nTo: c@d.example\nSubject: hello\n\nhi\n');
    const [told, ...others] = score(folder)
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    rmSync(folder, { recursive: true });
    assert.deepEqual(others, []);
    assert.match(told.file, /\.eml$/);
    assert.deepEqual(
      { ...told, file: '' },
      {
        file: '',
        kind: 'mail',
        from: 'a@b.example',
        to: ['c@d.example'],
        subject: 'hello',
        recipients: [],
        attachments: [],
        error: null,
      },
    );
  });

  it('prints a table, precision and recall of the labelled mails', () => {
    assert.match(score(), /bounce +[\d· ]+\n[\s\S]*precision \d\.\d{3}, recall \d\.\d{3}/);
  });
});
