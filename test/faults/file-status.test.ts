import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { type EventEmitter, once } from 'node:events';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { NodeStatus } from 'node-red';
import helper from 'node-red-node-test-helper';
import type { EmailAppNode } from '../../nodes/glue/running-app.ts';
import { openStage, type Stage } from '../support/node-stage.ts';

const holder = fileURLToPath(new URL('hold-store.ts', import.meta.url));

const sender = {
  ...{ type: 'send-email', z: 'tab', mode: 'message', replyWhen: 'queued', wires: [[], [], []] },
  ...{ to: 'to', subject: 'subject', plaintext: 'plaintext' },
};

interface Spy {
  readonly args: readonly unknown[][];
}

/** What a person sees in the editor and the log, in Node-RED itself. */
describe('the status of a node whose store is in trouble', function () {
  this.timeout(30_000);
  let stage: Stage;
  let folder: string;
  let holding: ChildProcess | undefined;

  beforeEach(async () => {
    stage = await openStage();
    const { userDir } = (helper as unknown as { settings(): { userDir: string } }).settings();
    folder = join(userDir, 'email-app', 'testtesttest0001');
  });
  afterEach(async () => {
    await stage.close();
    if (holding?.kill('SIGKILL')) await once(holding, 'exit');
    holding = undefined;
  });

  const flow = (): object[] => [{ id: 'tab', type: 'tab' }, stage.app, { ...sender, id: 'send', app: 'app' }];
  const load = (more: readonly object[] = []) => stage.load([...flow(), ...more]);
  /** Of all nodes: they share what the helper spies on. */
  const allStatuses = () =>
    (stage.node('send') as unknown as { status: Spy }).status.args.map(([status]) => status as NodeStatus);
  const allErrors = () =>
    (stage.node('app') as unknown as { error: Spy }).error.args.map(([error]) => String(error));
  /** What is shown in the end. */
  async function shows(condition: string): Promise<NodeStatus> {
    const isShown = ({ text }: NodeStatus) => text?.endsWith(`.status.${condition}`) ?? false;
    for (;;) {
      const last = allStatuses().at(-1);
      if (last && isShown(last)) return last;
      await once(stage.node('send'), 'call:status');
    }
  }
  /** Opened and closed once, so that there is something to damage. */
  async function use(): Promise<void> {
    await load();
    await (stage.node('app') as EmailAppNode).running;
    await stage.unload();
  }
  /** The code of what a message meets that comes now. */
  async function codeOfMessage(): Promise<string> {
    const node = stage.node('send');
    const failed = new Promise<string>((resolve) => {
      // the app's own words are heard here, too
      (node as unknown as EventEmitter).on(
        'call:error',
        ({ args: [error] }: { args: { code?: string }[] }) => {
          if (error?.code) resolve(error.code);
        },
      );
    });
    node.receive({ to: 'ann@example.net', subject: 'Hello', plaintext: 'Hello' } as never);
    return failed;
  }

  const damages: Record<string, (file: string) => void> = {
    'of zero length': (file) => writeFileSync(file, ''),
    'with a page of zeros': (file) => writeFileSync(file, readFileSync(file).fill(0, 3 * 4096, 4 * 4096)),
    'of another program': (file) => writeFileSync(file, 'This is a letter. '.repeat(1000)),
  };
  for (const [what, damage] of Object.entries(damages))
    it(`is red, with the sentence in the log, for a database ${what}`, async () => {
      await use();
      damage(join(folder, 'app.sqlite'));
      await load();
      assert.deepEqual(await shows('failed'), {
        fill: 'red',
        shape: 'ring',
        text: 'send-email.status.failed',
      });
      const [said = ''] = allErrors();
      assert.match(
        said,
        /The file \S+app\.sqlite is damaged: .+\. Restore it from a backup or move it away\./,
      );
      assert.equal(await codeOfMessage(), 'store-corrupt');
    });

  it('is red while another program has the folder, and green after that one was killed', async () => {
    holding = spawn(process.execPath, [holder, folder, 'a'], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(holding.stdout ?? assert.fail(), 'data');
    await load();
    assert.equal((await shows('failed')).fill, 'red');
    assert.match(allErrors()[0] ?? '', /testtesttest0001 is already in use by another running program/);
    await stage.unload();
    holding.kill('SIGKILL');
    await once(holding, 'exit');
    await load();
    assert.equal((await shows('ready')).fill, 'green');
  });

  it('is red for the second of two apps with one data id', async () => {
    const twin = { ...stage.app, id: 'twin', name: 'Twin' };
    await load([twin, { ...sender, id: 'other', app: 'twin' }]);
    // the one that came first runs
    const changed = () => Promise.race(['send', 'other'].map((id) => once(stage.node(id), 'call:status')));
    const shown = () => new Set(allStatuses().map(({ fill, text }) => `${fill} ${text?.split('.').at(-1)}`));
    while (!shown().has('red failed') || !shown().has('green ready')) await changed();
    const said = allErrors();
    assert.match(said[0] ?? '', /Two email apps use the same data id testtesttest0001/);
    assert.equal(said.length, 1);
  });

  it('is red when the folder is a file', async () => {
    mkdirSync(join(folder, '..'), { recursive: true });
    writeFileSync(folder, 'x');
    await load();
    assert.equal((await shows('failed')).fill, 'red');
    assert.match(allErrors()[0] ?? '', /The store \S+testtesttest0001 cannot be used: /);
    assert.equal(await codeOfMessage(), 'store-unavailable');
  });

  it('turns red when the folder is taken away from a running app, which takes no mail then', async () => {
    await load();
    assert.equal((await shows('ready')).fill, 'green');
    renameSync(folder, `${folder}.moved`);
    assert.equal(await codeOfMessage(), 'store-unavailable');
    const { fill, shape } = await shows('diskFails');
    assert.deepEqual([fill, shape], ['red', 'dot']);
    renameSync(`${folder}.moved`, folder);
  });
});
