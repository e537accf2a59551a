import assert from 'node:assert/strict';
import { editorDefinition } from './editor-definition.ts';
import { find, has, manifest, nodeSets, read, readJson } from './project.ts';
import { floorOf, isAtLeast } from './version.ts';

/** The checks of the Node-RED library's scorecard, under its own ids. */
describe('the Node-RED scorecard', () => {
  it('P01: names its licence and brings its text', () => {
    assert.equal(manifest.license, 'Apache-2.0');
    assert.match(read('LICENSE'), /Apache License\s+Version 2\.0[\s\S]+END OF TERMS AND CONDITIONS/);
  });

  it('P03: names where it lives, or says that this is set at publication', () => {
    const open = (['author', 'repository', 'bugs'] as const).filter((field) => manifest[field] === undefined);
    if (open.length === 0) return;
    console.log(`    to be set at publication: ${open.join(', ')}`);
    const promised = read('docs/decisions.md').split(/^## Set at publication$/m)[1] ?? '';
    for (const field of open)
      assert.ok(promised.includes(`\`${field}\``), `docs/decisions.md does not list ${field}`);
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

  it('N01: registers every type once, under the name of its set', () => {
    for (const set of nodeSets) assert.ok(editorDefinition(set));
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

  it('D03: takes newer versions of its dependencies', () => {
    for (const [name, range] of Object.entries({
      ...manifest.dependencies,
      ...manifest.optionalDependencies,
    })) {
      assert.match(range, /^\^\d+\.\d+\.\d+$/, name);
    }
  });

  it('has a README', () => assert.ok(has('README.md')));
});
