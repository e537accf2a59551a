import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { nodeRedVersion } from '../support/node-red-version.ts';
import { type RunningNodeRed, startNodeRed } from '../support/start-node-red.ts';
import { openReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts';

const secret = `whsec_${Buffer.alloc(24, 3).toString('base64')}`;

describe(`webhooks of a real Node-RED ${nodeRedVersion}`, function () {
  this.timeout(60_000);
  let nodeRed: RunningNodeRed | undefined;
  let receiver: WebhookReceiver;
  let userDir: string;

  beforeEach(async () => {
    receiver = await openReceiver();
    userDir = await mkdtemp(join(tmpdir(), 'email-app-webhooks-'));
  });
  afterEach(async () => {
    await nodeRed?.stop();
    nodeRed = undefined;
    await receiver.close();
    await rm(userDir, { recursive: true, force: true });
  });

  const app = {
    id: 'app1',
    type: 'email-app',
    appId: 'webhookflow00001',
    identity: 'example.com',
    route: 'none',
  };
  const event = { id: 'event-1', type: 'email.delivered', at: Date.now(), app: 'Shop', emailId: 'e1' };

  /** The event leaves once, at the start of the flows. */
  function flowWith(node: object, email: object, tab: object = {}): object[] {
    const props = [{ p: 'email', v: JSON.stringify(email), vt: 'json' }];
    return [
      { id: 'flow1', type: 'tab', label: 'Flow', ...tab },
      app,
      { id: 'in', type: 'inject', z: 'flow1', once: true, onceDelay: 0.1, props, wires: [['out']] },
      {
        id: 'out',
        type: 'webhook-out',
        z: 'flow1',
        app: 'app1',
        url: receiver.url,
        allowedHosts: receiver.host,
        credentials: { secret },
        wires: [[], []],
        ...node,
      },
    ];
  }

  it('post what was accepted before the power failed', async () => {
    receiver.answers.push(503);
    nodeRed = await startNodeRed({ version: nodeRedVersion, userDir, flows: flowWith({}, event) });
    await receiver.reach(1);
    await nodeRed.kill();
    // nothing is injected any more
    nodeRed = await startNodeRed({
      version: nodeRedVersion,
      userDir,
      flows: flowWith({}, event).filter((node) => (node as { id: string }).id !== 'in'),
    });
    const [, again] = await receiver.reach(2);
    new Webhook(secret).verify(again!.body, again!.headers as Record<string, string>);
    assert.equal(again?.headers['webhook-id'], 'event-1');
  });

  it('take stored authorizations from the credentials of the flow', async () => {
    const env = [{ name: 'CRM_TOKEN', type: 'cred', value: '' }];
    const tab = { env, credentials: { CRM_TOKEN: 'Bearer of the CRM' } };
    const authorizations = [{ id: 'crm', variable: 'CRM_TOKEN' }];
    const email = { ...event, notify: { url: receiver.url, authId: 'crm' } };
    const flows = flowWith({ target: 'notify', url: '', authorizations }, email, tab);
    nodeRed = await startNodeRed({ version: nodeRedVersion, userDir, flows });
    const [posted] = await receiver.reach(1);
    assert.equal(posted?.headers.authorization, 'Bearer of the CRM');
    const saved = await (await fetch(`${nodeRed.url}/flows`)).text();
    assert.equal(saved.includes('of the CRM'), false);
  });
});
