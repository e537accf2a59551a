import assert from 'node:assert/strict';
import { posix } from 'node:path';
import { errorSentences } from '../../nodes/lib/kernel/error-sentences.ts';
import { manageList } from '../../nodes/lib/suppression/manage-list.ts';
import { readManageRequest } from '../../nodes/lib/suppression/manage-request.ts';
import { memorySuppressionList } from '../support/memory-suppression-list.ts';
import { find, has, read } from './project.ts';

const pages = ['README.md', 'CHANGELOG.md', ...find('docs/**/*.md')];

describe('the documentation', () => {
  it('names only source files that exist', () => {
    const sources = find('{nodes,test/{crash,editor,glue,lib,unsubscribe}}/**/*.ts');
    const named = pages.flatMap((page) =>
      [...read(page).matchAll(/`([\w./-]+\.ts)`/g)].map(([, file]) => ({ page, file: String(file) })),
    );
    assert.ok(named.length > 0);
    const missing = named.filter(({ file }) => !sources.some((path) => path.endsWith(`/${file}`)));
    assert.deepEqual(missing, []);
  });

  it('shows a CSV that can be imported', async () => {
    const [, csv = ''] = /```csv\n([^`]+)```/.exec(read('docs/unsubscribe.md')) ?? [];
    const list = memorySuppressionList();
    const now = Date.UTC(2026, 5);
    const report = await manageList({ action: 'import', csv }, { suppressions: list, now });
    assert.deepEqual(report, { ...report, imported: true, rows: 3, added: 3, bad: 0 });
  });

  it('tells every action of the list, with properties that it takes', () => {
    const rows = [...read('docs/unsubscribe.md').matchAll(/^\| `(\w+)` +\| ([^|]+) \|/gm)];
    const requests = rows
      .slice(rows.findIndex(([, action]) => action === 'add'))
      .slice(0, 10)
      .map(([, action, takes = '']) => ({ action, ...samplesOf(takes) }));
    assert.throws(() => readManageRequest({ action: '' }), {
      message: new RegExp(requests.map(({ action }) => action).join(', ')),
    });
    for (const request of requests) assert.ok(readManageRequest(request), request.action);
  });

  it('names only error codes that exist', () => {
    const named = find('docs/providers/*.md').flatMap((page) =>
      [...read(page).matchAll(/^\| `([a-z]+(?:-[a-z]+)+)` /gm)].map(([, code]) => String(code)),
    );
    assert.ok(named.length > 0);
    assert.deepEqual(
      named.filter((code) => !(code in errorSentences)),
      [],
    );
  });

  it('links only to files that exist', () => {
    const links = pages.flatMap((page) =>
      [...read(page).matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, target]) => ({
        page,
        target: posix.join(posix.dirname(page), String(target)),
      })),
    );
    const missing = links.filter(({ target }) => !has(target));
    assert.deepEqual(missing, []);
  });
});

const samples: Readonly<Record<string, unknown>> = {
  address: 'ann@example.net',
  listTopic: 'news',
  cause: 'manual',
  detail: 'by phone',
  expiresAt: Date.UTC(2030, 0),
  confirm: true,
  class: 'marketing',
  limit: 100,
  after: 'x',
  csv: '',
  file: 'list.csv',
  skipBadRows: true,
  dryRun: true,
};

/** A value for each name in a cell; what stands in brackets is a default. */
function samplesOf(cell: string): object {
  const names = [...cell.replace(/\([^)]*\)/g, '').matchAll(/`(\w+)`/g)].map(([, name]) => String(name));
  return Object.fromEntries(names.map((name) => [name, samples[name]]));
}
