import assert from 'node:assert/strict';
import { find, has, read } from './project.ts';

const pages = ['README.md', 'CHANGELOG.md', ...find('docs/*.md')];

describe('the documentation', () => {
  it('names only source files that exist', () => {
    const sources = find('{nodes,test/{editor,glue,lib,unsubscribe}}/**/*.ts');
    const named = pages.flatMap((page) =>
      [...read(page).matchAll(/`([\w./-]+\.ts)`/g)].map(([, file]) => ({ page, file: String(file) })),
    );
    assert.ok(named.length > 0);
    const missing = named.filter(({ file }) => !sources.some((path) => path.endsWith(`/${file}`)));
    assert.deepEqual(missing, []);
  });

  it('links only to files that exist', () => {
    const links = pages.flatMap((page) =>
      [...read(page).matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, target]) => ({
        page,
        target: `${page.includes('/') ? 'docs/' : ''}${target}`,
      })),
    );
    const missing = links.filter(({ target }) => !has(target));
    assert.deepEqual(missing, []);
  });
});
