import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { find, nodeSets, pluginSets, readJson, root } from './project.ts';

const plugins = pluginSets.join('|');

/** Nothing else is published. */
const allowed = [
  /^(package\.json|README\.md|LICENSE)$/,
  /^examples\/[^/]+\.json$/,
  new RegExp(`^dist/nodes/(${nodeSets.join('|')})\\.(js|html)$`),
  new RegExp(`^dist/nodes/(${plugins})\\.html$`),
  /^dist\/nodes\/glue\/[a-z0-9-]+\.js$/,
  /^dist\/nodes\/lib\/[a-z-]+\/([a-z-]+\/)?[a-z0-9-]+\.js$/,
  new RegExp(`^dist/nodes/locales/[a-z]{2}(-[A-Z]{2})?/(${nodeSets.join('|')})\\.(json|html)$`),
  new RegExp(`^dist/nodes/locales/[a-z]{2}(-[A-Z]{2})?/(${plugins})\\.json$`),
  new RegExp(`^dist/nodes/icons/(${nodeSets.join('|')})\\.svg$`),
];

function packedFiles(): string[] {
  const pack = ['pack', '--dry-run', '--json', '--ignore-scripts', '--loglevel=error'];
  const { stdout, stderr, status } = spawnSync('npm', pack, { cwd: root, encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout)[0].files.map((file: { path: string }) => file.path);
}

describe('the published package', function () {
  this.timeout(60_000);
  let files: string[];
  before(() => {
    files = packedFiles();
  });

  it('holds only what is on the list', () => {
    assert.deepEqual(
      files.filter((path) => !allowed.some((pattern) => pattern.test(path))),
      [],
    );
  });

  it('holds everything a user needs', () => {
    const needed = ['package.json', 'README.md', 'LICENSE', ...find('examples/*.json')];
    needed.push(...find('nodes/locales/*/*').map((path) => `dist/${path}`));
    for (const set of pluginSets) needed.push(`dist/nodes/${set}.html`);
    for (const set of nodeSets) needed.push(`dist/nodes/${set}.js`, `dist/nodes/${set}.html`);
    assert.deepEqual(
      needed.filter((path) => !files.includes(path)),
      [],
    );
  });

  it('has a compiled file for every source file', () => {
    const sources = find('nodes/**/*.ts').filter(
      (path) => !/\.editor\.ts$|^nodes\/editor\/|\.d\.ts$/.test(path),
    );
    const missing = sources.filter((path) => !files.includes(`dist/${path.replace(/\.ts$/, '.js')}`));
    assert.deepEqual(missing, []);
  });

  it('is CommonJS without a package.json of its own inside', () => {
    assert.deepEqual(find('dist/**/package.json'), []);
    assert.equal('type' in readJson<object>('package.json'), false);
    assert.deepEqual(find('dist/**/*.mjs'), []);
  });
});
