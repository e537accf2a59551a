import assert from 'node:assert/strict';
import { editorDefinition } from './editor-definition.ts';
import { publishedPackages } from './licence-list.ts';
import { find, has, manifest, nodeSets, read, readJson } from './project.ts';
import { floorOf, isAtLeast } from './version.ts';

/** What can only be set or looked up when the package is published. */
const atPublication = read('docs/decisions.md').split(/^## Set at publication$/m)[1] ?? '';

/** The checks of the Node-RED library's scorecard, under its own ids. */
describe('the Node-RED scorecard', () => {
  it('P01: names its licence and brings its text', () => {
    assert.equal(manifest.license, 'Apache-2.0');
    assert.match(read('LICENSE'), /Apache License\s+Version 2\.0[\s\S]+END OF TERMS AND CONDITIONS/);
  });

  it('P02: has one name, here and in the lockfile', () => {
    assert.equal(readJson<{ name: string }>('package-lock.json').name, manifest.name);
  });

  it('P03: names where it lives, or says that this is set at publication', () => {
    const open = (['author', 'repository', 'bugs'] as const).filter((field) => manifest[field] === undefined);
    if (open.length === 0) return;
    console.log(`    to be set at publication: ${open.join(', ')}`);
    for (const field of open)
      assert.ok(atPublication.includes(`\`${field}\``), `docs/decisions.md does not list ${field}`);
  });

  it('P03: says where holes are reported, as soon as there is such a place', () => {
    const isOpen = manifest.bugs === undefined;
    if (isOpen) console.log('    to be set at publication: the address in SECURITY.md');
    assert.equal(/is set when the package is published/.test(read('SECURITY.md')), isOpen);
  });

  it('P04: has a scoped name', () => {
    assert.match(manifest.name, /^@[a-z0-9-]+\/node-red-[a-z0-9-]+$/);
  });

  it('P05: is found by the keyword node-red', () => {
    assert.ok(manifest.keywords.includes('node-red'));
  });

  it('P06: loads on the supported versions of Node-RED', () => {
    const floor = floorOf(manifest['node-red'].version);
    for (const folder of ['demo', 'test/node-red-4']) {
      const { version } = readJson<{ version: string }>(`${folder}/node_modules/node-red/package.json`);
      assert.ok(isAtLeast(version, floor), `${version} is below ${floor}`);
    }
  });

  it('P07: accepts the lowest Node of the latest Node-RED', () => {
    const latest = readJson<{ engines: { node: string } }>('demo/node_modules/node-red/package.json');
    assert.ok(isAtLeast(floorOf(latest.engines.node), floorOf(manifest.engines.node)));
  });

  it('P08: has its name looked up in the public catalogue before it is published', () => {
    assert.match(atPublication, /no other module has the same unscoped name/);
  });

  it('N01: registers every type once, and has it looked up before it is published', () => {
    for (const set of nodeSets) {
      assert.ok(editorDefinition(set));
      assert.ok(atPublication.includes(`\`${set}\``), `docs/decisions.md does not list ${set}`);
    }
  });

  it('N02: has an example for every node that can stand in a flow', () => {
    const shown = new Set(
      find('examples/*.json')
        .flatMap((path) => readJson<{ type: string }[]>(path))
        .map((n) => n.type),
    );
    const missing = nodeSets.filter((set) => editorDefinition(set).category !== 'config' && !shown.has(set));
    assert.deepEqual(missing, []);
  });

  it('D01: has six dependencies at most', () => {
    assert.ok(Object.keys(manifest.dependencies).length <= 6);
  });

  it('D02: brings no agent-base that breaks the https of other nodes', () => {
    const old = publishedPackages().filter(
      ({ name, version }) => name === 'agent-base' && !isAtLeast(version, '6.0.0'),
    );
    assert.deepEqual(old, []);
  });

  it('D03: takes newer versions of its dependencies', () => {
    for (const [name, range] of Object.entries({
      ...manifest.dependencies,
      ...manifest.optionalDependencies,
    })) {
      assert.match(range, /^\^\d+\.\d+\.\d+$/, name);
    }
  });

  it('has the files that the documentation asks for', () => {
    for (const path of ['README.md', 'LICENSE', 'examples']) assert.ok(has(path), path);
  });
});
