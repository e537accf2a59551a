import assert from 'node:assert/strict';
import { findFreePort } from '../support/start-node-red.ts';
import { type FlowBench, openFlowBench } from './flow-bench.ts';

describe('the example “Send and wait for a reply”', function () {
  this.timeout(60_000);
  let bench: FlowBench;

  before(async () => {
    bench = await openFlowBench({
      example: 'Send and wait for a reply',
      receiverPort: await findFreePort(),
      adjust: (node) => (node.name === 'wait for the answer' ? { ...node, duration: '5' } : node),
    });
  });
  after(() => bench?.close());

  it('brings the answer back with the correlation id of the question', async () => {
    await bench.press('ask Ada');
    const [answered] = await bench.results.reach('answered', 1);
    const { kind, from, text } = (answered?.email ?? {}) as Record<string, unknown>;
    assert.equal(answered?.correlationId, 'delivery-17');
    assert.deepEqual(
      [kind, (from as { address: string }).address, String(text).trim()],
      ['reply', 'ada@home.example.org', 'Yes, at ten is fine.'],
    );
  });

  it('says when nobody answered, and of nobody else', async () => {
    await bench.press('ask Grace');
    const [silent, ...others] = await bench.results.reach('no answer', 1);
    assert.equal(silent?.email.correlationId, 'delivery-18');
    assert.deepEqual(others, []);
    assert.equal(bench.results.at('Grace says nothing').length, 1);
    assert.equal(bench.results.at('other mail').length, 0);
  });
});
