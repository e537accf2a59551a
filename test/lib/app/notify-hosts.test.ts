import assert from 'node:assert/strict';
import { WebhookDesk } from '../../../nodes/lib/app/webhook-desk.ts';
import { stagePlace } from '../../support/endpoint-stage.ts';
import { webhookSettings } from '../../support/webhook-settings.ts';

const hooks = { onSettled() {}, onState() {}, onTrouble() {} };
const taker = (...allowedHosts: string[]) => webhookSettings({ url: undefined, allowedHosts });

function desk(): WebhookDesk {
  const { queue, ...place } = stagePlace();
  return new WebhookDesk({ ...place, webhooks: queue, events: { tell() {} }, random: () => 0.5 });
}

describe('the hosts of notifyUrls', () => {
  it('are unknown while no node posts to such addresses', async () => {
    const webhooks = desk();
    await webhooks.open(webhookSettings({ allowedHosts: ['crm.local'] }), hooks);
    assert.equal(webhooks.notifyHosts(), undefined);
    await webhooks.close();
  });

  it('are those of all nodes that do, from the moment they begin to open until they are closed', async () => {
    const webhooks = desk();
    const opening = webhooks.open(taker('crm.local'), hooks);
    assert.deepEqual(webhooks.notifyHosts(), ['crm.local']);
    const endpoint = await opening;
    const other = await webhooks.open(taker('127.0.0.1', 'erp.local:8080'), hooks);
    assert.deepEqual(webhooks.notifyHosts(), ['crm.local', '127.0.0.1', 'erp.local:8080']);
    await endpoint.close();
    assert.deepEqual(webhooks.notifyHosts(), ['127.0.0.1', 'erp.local:8080']);
    await other.close();
    assert.equal(webhooks.notifyHosts(), undefined);
  });
});
