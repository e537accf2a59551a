import assert from 'node:assert/strict';
import type { Node } from 'node-red';
import type { EmailAppNode } from '../../nodes/glue/running-app.ts';
import { openStage, type Stage } from '../support/node-stage.ts';

describe('email-app', () => {
  let stage: Stage;

  beforeEach(async () => {
    stage = await openStage();
  });
  afterEach(() => stage.close());

  const load = (changes: object = {}) =>
    stage.load([
      { id: 'tab', type: 'tab' },
      { ...stage.app, route: 'none', ...changes },
    ]);
  const running = () => (stage.node('app') as EmailAppNode).running;

  it('runs, and lets the next deploy have its folder, when its warnings cannot be told', async () => {
    await load();
    await running();
    const nodePrototype: Pick<Node, 'warn'> = Object.getPrototypeOf(Object.getPrototypeOf(stage.node('app')));
    await stage.unload();
    // the helper puts a spy there while a flow is loaded
    const { warn } = nodePrototype;
    let warnings = 0;
    nodePrototype.warn = () => {
      warnings += 1;
      throw new Error('there is no log');
    };
    try {
      for (let deploy = 1; deploy <= 2; deploy += 1) {
        await load({ unsubscribeEnabled: true, unsubscribeHeaders: true });
        assert.equal((await running()).settings.unsubscribe.enabled, true);
        assert.equal(warnings, deploy);
        await stage.unload();
      }
    } finally {
      nodePrototype.warn = warn;
    }
  });

  it('does not open without the secrets that its dialog saved', async () => {
    await load({ givenSecrets: ['user', 'password'] });
    await assert.rejects(running(), { code: 'secret-lost', field: 'user' });
  });
});
