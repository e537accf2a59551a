import assert from 'node:assert/strict';
import type { Node, NodeAPI } from 'node-red';
import { sendStatus } from '../../nodes/glue/send-status.ts';
import type { AppState } from '../../nodes/lib/app/email-app.ts';
import { EmailError } from '../../nodes/lib/kernel/errors.ts';

const calm: AppState = {
  ...{ paused: false, sending: 0, rate: 10, routeDown: false, quotaUsedUp: false, signInNeeded: false },
  counts: { waiting: 0, scheduled: 0, sending: 0, unknown: 0 },
};

describe('sendStatus', () => {
  it('is red for a store in trouble, whatever else there is, and says which', () => {
    const shown: unknown[] = [];
    const RED = { _: (key: string) => key.split('.').at(-1) };
    const node = { type: 'send-email', status: (status: unknown) => shown.push(status) };
    const { state } = sendStatus(RED as unknown as NodeAPI, node as unknown as Node);
    for (const code of ['disk-full', 'store-unavailable', 'store-corrupt'] as const)
      state({ ...calm, paused: true, storeTrouble: new EmailError(code) });
    state(calm);
    assert.deepEqual(shown, [
      { fill: 'red', shape: 'dot', text: 'diskFull' },
      { fill: 'red', shape: 'dot', text: 'diskFails' },
      { fill: 'red', shape: 'dot', text: 'damaged' },
      { fill: 'green', shape: 'dot', text: 'ready' },
    ]);
  });
});
