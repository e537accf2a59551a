import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type RunningNodeRed, startNodeRed } from '../support/start-node-red.ts';
import { editorDefinition } from './editor-definition.ts';
import { install, installedAt, leftOut, type Packed, pack } from './installed-package.ts';
import { find, manifest, nodeSets, read, readJson } from './project.ts';

interface NodeSet {
  readonly module: string;
  readonly name: string;
  readonly types: readonly string[];
  readonly enabled: boolean;
  readonly err?: string;
}

const languages = ['en-US', 'de'];
const isOurs = ({ module }: NodeSet) => module === manifest.name;

describe('the package, packed and installed', function () {
  this.timeout(180_000);
  let folder: string;
  let packed: Packed;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'email-app-package-'));
    packed = pack(folder);
    const kilobytes = (bytes: number) => `${Math.ceil(bytes / 1000)} kB`;
    console.log(
      `    packed ${kilobytes(packed.size)}, unpacked ${kilobytes(packed.unpackedSize)}, ${packed.files} files`,
    );
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('is small: 1 MB packed, 4 MB unpacked at most', () => {
    assert.ok(packed.size < 1_000_000 && packed.unpackedSize < 4_000_000);
  });

  for (const version of [5, 4] as const) {
    describe(`in Node-RED ${version}`, () => {
      let nodeRed: RunningNodeRed;
      before(async () => {
        const userDir = join(folder, `node-red-${version}`);
        const started = Date.now();
        install(userDir, packed.tarball);
        console.log(`      installed in ${((Date.now() - started) / 1000).toFixed(1)} s`);
        nodeRed = await startNodeRed({ version, userDir, packages: [] });
      });
      after(() => nodeRed?.stop());

      const get = async (path: string, headers = {}) => {
        const answer = await fetch(nodeRed.url + path, { headers });
        assert.equal(answer.status, 200, path);
        return answer;
      };
      const getJson = async <T>(path: string): Promise<T> =>
        (await get(path, { accept: 'application/json' })).json() as Promise<T>;

      it('brings all optional packages', () => assert.deepEqual(leftOut(nodeRed.userDir), []));

      it('registers each node, from where it was installed', async () => {
        const sets = (await getJson<NodeSet[]>('/nodes')).filter(isOurs);
        const expected = nodeSets.map((name) => ({ name, types: [name], enabled: true, err: undefined }));
        assert.deepEqual(
          sets.map(({ name, types, enabled, err }) => ({ name, types, enabled, err })),
          expected,
        );
        assert.ok(installedAt(nodeRed.userDir).startsWith(folder));
      });

      it('serves an icon for each node', async () => {
        const icons = (await getJson<Record<string, string[]>>('/icons'))[manifest.name] ?? [];
        assert.deepEqual(icons.sort(), nodeSets.map((set) => `${set}.svg`).sort());
        for (const icon of icons) {
          const type = (await get(`/icons/${manifest.name}/${icon}`)).headers.get('content-type');
          assert.match(String(type), /^image\/svg\+xml/);
        }
      });

      it('lists the examples, and each can be imported', async () => {
        const path = `/library/examples/flows/${manifest.name}`;
        const listed = (await getJson<{ fn: string }[]>(path)).map(({ fn }) => fn);
        assert.deepEqual(
          listed.sort(),
          find('examples/*.json').map((example) => basename(example, '.json')),
        );
        for (const name of listed) {
          assert.ok((await getJson<object[]>(`${path}/${encodeURIComponent(name)}`)).length > 0, name);
        }
      });

      for (const language of languages) {
        it(`speaks ${language}`, async () => {
          const served = await getJson<Record<string, object>>(`/nodes/messages?lng=${language}`);
          for (const set of nodeSets) {
            assert.deepEqual(
              served[`${manifest.name}/${set}`],
              readJson(`nodes/locales/${language}/${set}.json`),
            );
          }
        });

        it(`helps in ${language}`, async () => {
          const forms = await get('/nodes', { accept: 'text/html', 'accept-language': language });
          const page = await forms.text();
          for (const set of nodeSets) {
            const [help = ''] = readHelp(language, set).match(/<p>[^<]{10,40}/) ?? [];
            assert.ok(help && page.includes(help), set);
          }
        });
      }

      it('runs a flow with every node', async () => {
        await nodeRed.deploy(oneOfEach());
        const problems = nodeRed
          .log()
          .split('\n')
          .filter((line) => /\[error\]|[Ww]aiting for missing types/.test(line));
        assert.deepEqual(problems, []);
        const apps = join(nodeRed.userDir, 'email-app');
        assert.deepEqual(await until(() => existsSync(apps) && readdirSync(apps)), ['packed01']);
      });

      it('sends a mail with the flow of the guide for users of the stock nodes', async () => {
        await nodeRed.deploy([{ id: '5a7e000000000000', type: 'tab', label: 'Moved' }, ...movedFlow()]);
        await fetch(`${nodeRed.url}/inject/5a7e000000000011`, { method: 'POST' });
        const captured = join(nodeRed.userDir, 'email-app', 'moved001', 'captured');
        const mails = await until(() => existsSync(captured) && readdirSync(captured));
        assert.equal(mails.filter((name) => name.endsWith('.eml')).length, 1);
      });
    });
  }

  describe('on Node 22.9, the lowest that Node-RED 5 runs on', () => {
    let nodeRed: RunningNodeRed;
    before(async () => {
      const programs = join(folder, 'node-22.9');
      install(programs, 'node@22.9');
      const node = join(programs, 'node_modules', 'node', 'bin', 'node');
      const userDir = join(folder, 'on-node-22.9');
      install(userDir, packed.tarball, node);
      nodeRed = await startNodeRed({ version: 5, userDir, packages: [], node });
    });
    after(() => nodeRed?.stop());

    it('is loaded', async () => {
      const answer = await fetch(`${nodeRed.url}/nodes`, { headers: { accept: 'application/json' } });
      const sets = ((await answer.json()) as NodeSet[]).filter(isOurs);
      assert.deepEqual(
        sets.filter(({ enabled, err }) => !enabled || err),
        [],
      );
      assert.equal(sets.length, nodeSets.length);
    });

    it('says which Node its app needs, and lets the other nodes run', async () => {
      await nodeRed.deploy([...oneOfEach(), ...answers]);
      const refusal = /The email app needs Node 22\.13 or later; this is Node v?22\.9/;
      // an app is loaded and opened beside the start of the flows
      for (let turn = 0; turn < 100 && !refusal.test(nodeRed.log()); turn += 1) await wait(100);
      assert.match(nodeRed.log(), refusal);
      const answer = await fetch(`${nodeRed.url}/still-here`, { signal: AbortSignal.timeout(10_000) });
      assert.equal(await answer.text(), 'alive');
    });
  });
});

/** Core nodes that answer GET /still-here. */
const answers = [
  { id: 'in', type: 'http in', z: 'tab', url: '/still-here', method: 'get', wires: [['say']] },
  { id: 'say', type: 'template', z: 'tab', field: 'payload', template: 'alive', wires: [['out']] },
  { id: 'out', type: 'http response', z: 'tab', wires: [] },
];

/** A node of each type as it comes out of the palette, with what must be chosen. */
function oneOfEach(): object[] {
  const chosen = {
    'email-app': { appId: 'packed01', identity: 'example.com', sender: 'shop@example.com', route: 'capture' },
    'webhook-out': { url: 'https://example.com/events' },
  };
  const nodes = nodeSets.map((type) => {
    const { category, defaults } = editorDefinition(type);
    const values = Object.fromEntries(Object.entries(defaults).map(([name, { value }]) => [name, value]));
    const place = category === 'config' ? {} : { z: 'tab', app: 'the-email-app', wires: [] };
    return { ...values, ...place, ...chosen[type as keyof typeof chosen], id: `the-${type}`, type };
  });
  return [{ id: 'tab', type: 'tab', label: 'One of each' }, ...structuredClone(nodes)];
}

function movedFlow(): object[] {
  const guide = read('docs/migrating/node-red-node-email.md');
  return JSON.parse(/```json after\n([^`]+)```/.exec(guide)?.[1] ?? '');
}

/** Looks every 50 ms for 20 s. */
async function until(look: () => readonly string[] | false): Promise<readonly string[]> {
  for (let looks = 0; looks < 400; looks++) {
    const found = look();
    if (found !== false && found.length > 0) return found;
    await new Promise((resume) => setTimeout(resume, 50));
  }
  throw new Error('It did not come about within 20 s.');
}

function readHelp(language: string, set: string): string {
  return read(`nodes/locales/${language}/${set}.html`);
}
