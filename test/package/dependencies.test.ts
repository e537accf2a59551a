import assert from 'node:assert/strict';
import { find, type Lockfile, type Manifest, manifest, read, readJson } from './project.ts';
import { floorOf, isAtLeast } from './version.ts';

/** The first version without the known holes of each; see docs/security.md. */
const floors: Readonly<Record<string, string>> = {
  nodemailer: '10.4.1',
  mailparser: '3.9.3',
  'smtp-server': '3.21.6',
  imapflow: '2.5.1',
  handlebars: '4.7.10',
  'fast-xml-parser': '5.7.0',
  '@smithy/config-resolver': '4.4.0',
  mailgen: '2.0.31',
  mailsplit: '4.2.1',
  'node-red': '1.2.8',
};

const lockfiles = ['package-lock.json', 'demo/package-lock.json', 'test/node-red-4/package-lock.json'];

function locked(lockfile: string) {
  return Object.entries(readJson<Lockfile>(lockfile).packages)
    .filter(([path]) => path !== '')
    .map(([path, entry]) => ({ ...entry, path, name: path.slice(path.lastIndexOf('node_modules/') + 13) }));
}

/** These pin a nodemailer of their own to read addresses and words with; we take no address from them. */
const ofOthers = ['mailparser', 'mailauth'].map((name) => `node_modules/${name}/node_modules/nodemailer`);

describe('dependencies', () => {
  it('stay above the versions with known holes', () => {
    const published = locked('package-lock.json').filter(({ dev, path }) => !dev && !ofOthers.includes(path));
    const old = published.filter(({ name, version }) => floors[name] && !isAtLeast(version, floors[name]));
    assert.deepEqual(old, []);
  });

  it('are above those versions by their ranges, too', () => {
    const { dependencies, optionalDependencies, devDependencies } = manifest;
    const ranges = Object.entries({ ...devDependencies, ...optionalDependencies, ...dependencies });
    const low = ranges.filter(([name, range]) => floors[name] && !isAtLeast(floorOf(range), floors[name]));
    assert.deepEqual(low, []);
  });

  it('run on a Node-RED without known holes', () => {
    assert.ok(isAtLeast(floorOf(manifest['node-red'].version), String(floors['node-red'])));
    const hosts = lockfiles.flatMap(locked).filter(({ name }) => name === 'node-red');
    assert.equal(hosts.length, 2);
    assert.ok(hosts.every(({ version }) => isAtLeast(version, String(floors['node-red']))));
  });

  it('have their floors told in docs/security.md', () => {
    const told = read('docs/security.md').replace(/\s+/g, ' ');
    const untold = Object.entries(floors).filter(([name, floor]) => !told.includes(`${name} ${floor}`));
    assert.deepEqual(untold, []);
  });

  it('are those of the lockfile', () => {
    const root = readJson<{ packages: Record<string, Manifest> }>('package-lock.json').packages[''];
    for (const field of ['dependencies', 'optionalDependencies', 'devDependencies'] as const) {
      assert.deepEqual(root?.[field], manifest[field], field);
    }
  });

  it('are locked by their hashes and without addresses', () => {
    for (const lockfile of lockfiles)
      assert.doesNotMatch(read(lockfile), /"resolved"|https?:\/\/[^"]*\.tgz/, lockfile);
  });

  for (const name of Object.keys(manifest.optionalDependencies)) {
    it(`${name}, which is optional, is there and loads`, async () => {
      assert.ok(await import(name));
    });
  }

  it('are each imported in one file only, and none that is not our own', () => {
    const found = new Map<string, string[]>();
    for (const path of find('nodes/**/*.ts').filter(
      (file) => !file.includes('/editor/') && !file.endsWith('.d.ts'),
    )) {
      for (const name of runtimeImports(read(path))) found.set(name, [...(found.get(name) ?? []), path]);
    }
    const { dependencies, optionalDependencies, peerDependencies } = manifest;
    const ours = { ...dependencies, ...optionalDependencies, ...peerDependencies };
    assert.deepEqual(
      [...found].filter(([, files]) => files.length > 1),
      [],
    );
    assert.deepEqual(
      [...found.keys()].filter((name) => !(name in ours)),
      [],
    );
    assert.deepEqual(
      Object.keys(ours).filter((name) => !found.has(name)),
      [],
      'a dependency that nobody uses',
    );
  });
});

/** Packages whose code a source file loads; types cost nothing. */
function runtimeImports(source: string): Set<string> {
  const names = new Set<string>();
  for (const [, clause, name] of source.matchAll(/^import\s+(type\s)?[^;]*?from\s+'([^'.][^']*)'/gm)) {
    if (!clause && name && !name.startsWith('node:')) names.add(packageOf(name));
  }
  for (const [, name] of source.matchAll(/\bimport\('([^'.][^']*)'\)(?!\.[A-Z])/g)) {
    if (name && !name.startsWith('node:')) names.add(packageOf(name));
  }
  return names;
}

function packageOf(name: string): string {
  return name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');
}
