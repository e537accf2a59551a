import assert from 'node:assert/strict';
import type { Node, NodeAPI } from 'node-red';
import { statusLine } from '../../nodes/glue/status-line.ts';

describe('statusLine', () => {
  const looks = { ready: { fill: 'green', shape: 'dot' }, removed: { fill: 'red', shape: 'ring' } } as const;

  it('shows each condition with its look, and the same text once', () => {
    const shown: unknown[] = [];
    const RED = { _: (key: string, values: object) => `${key} ${JSON.stringify(values)}` };
    const node = { type: 'send-email', status: (status: unknown) => shown.push(status) };
    const show = statusLine(RED as unknown as NodeAPI, node as unknown as Node, looks);
    show('ready');
    show('ready');
    show('removed', { count: 1 });
    show('removed', { count: 1 });
    show('removed', { count: 2 });
    assert.deepEqual(shown, [
      { fill: 'green', shape: 'dot', text: 'send-email.status.ready {}' },
      { fill: 'red', shape: 'ring', text: 'send-email.status.removed {"count":1}' },
      { fill: 'red', shape: 'ring', text: 'send-email.status.removed {"count":2}' },
    ]);
  });
});
