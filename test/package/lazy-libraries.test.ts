import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { manifest, root } from './project.ts';

/** Registers every node, as Node-RED does when it starts, and loads a library if one is named; prints what was loaded. */
const registerNodes = `
const [nodes, library] = JSON.parse(process.argv[1]);
const anything = new Proxy(() => anything, { get: () => anything });
const RED = new Proxy({ settings: {} }, { get: (own, name) => own[name] ?? anything });
for (const file of nodes) require(file).default(RED);
if (library) require(library);
console.log(JSON.stringify(Object.keys(require.cache)));
`;

describe('the nodes, registered', () => {
  it('have loaded no library', () => assert.deepEqual(librariesIn(loaded()), []));

  it('would be caught loading one', () => {
    const found = librariesIn(loaded('ajv/dist/2020.js'));
    assert.ok(found.includes('ajv'), found.join());
  });

  it('leave the rooms of an app for its first deploy', () => {
    const rooms = ['app/open-email-app', 'rule/match-rules', 'store/open-store', 'suppression/manage-list'];
    const files = loaded();
    const early = rooms.filter((room) => files.some((file) => file.endsWith(`/lib/${room}.js`)));
    assert.ok(files.some((file) => file.endsWith('/dist/nodes/email-app.js')));
    assert.deepEqual(early, []);
  });
});

function loaded(library?: string): string[] {
  const nodes = Object.values(manifest['node-red'].nodes as Record<string, string>);
  const given = JSON.stringify([nodes.map((file) => `./${file}`), library]);
  const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', registerNodes, given], {
    cwd: root,
    encoding: 'utf8',
  });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout).map((file: string) => file.replaceAll('\\', '/'));
}

function librariesIn(files: readonly string[]): string[] {
  const names = files.map((file) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1]);
  return [...new Set(names.filter((name) => name !== undefined))];
}
