import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findFreePort } from '../support/start-node-red.ts';
import { manifest, nodeSets, root } from './project.ts';

const script = join(root, 'test', 'support', 'loaded-packages.ts');

/** Packages that are loaded once Node-RED has started such a flow. */
async function loadedWith(flows: readonly object[]): Promise<string[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [script, JSON.stringify(flows)]);
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
}

const app = {
  id: 'app',
  type: 'email-app',
  appId: 'loaded01',
  identity: 'example.com',
  route: 'smtp',
  host: '127.0.0.1',
  port: 25,
  security: 'none',
};
const others = nodeSets
  .filter((type) => type !== app.type)
  .map((type) => ({ id: type, type, z: 'tab', app: app.id, wires: [], url: 'https://example.com/events' }));
const flow = [{ id: 'tab', type: 'tab' }, app, ...others];

/** What sends, receives, signs in, reads mail and fills in; checking settings is no use of these. */
const known = [...Object.keys(manifest.dependencies), ...Object.keys(manifest.optionalDependencies)];
const forWork = known.filter((name) => name !== 'ajv');
const amongThem = (loaded: readonly string[]) => loaded.filter((name) => forWork.includes(name));

describe('Node-RED’s start', function () {
  this.timeout(60_000);

  it('loads no package at all for nodes that lie in the palette', async () => {
    assert.deepEqual(await loadedWith([]), []);
  });

  it('loads no library of Amazon, IMAP, SMTP or mail for an app and nodes that have nothing to do', async () => {
    const loaded = await loadedWith(flow);
    assert.deepEqual(
      loaded.filter((name) => /^@(aws|smithy)/.test(name)),
      [],
    );
    assert.deepEqual(amongThem(loaded), []);
  });

  it('loads the SMTP server, and nothing else of them, where mail is received over SMTP', async () => {
    const receiver = { inboundSmtp: true, receiverHost: 'mx.b.example', receiverAddress: '127.0.0.1' };
    const receiving = { ...app, ...receiver, receiverPort: await findFreePort() };
    // which brings nodemailer
    assert.deepEqual(amongThem(await loadedWith([receiving])).sort(), ['nodemailer', 'smtp-server']);
  });
});
