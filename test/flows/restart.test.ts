import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { FlowMessage } from '../support/flow-results.ts';
import { type FlowBench, openFlowBench } from './flow-bench.ts';
import { withMany } from './many-recipients.ts';

describe('mail on its way', function () {
  this.timeout(60_000);
  let userDir: string;
  let bench: FlowBench;

  beforeEach(async () => {
    userDir = await mkdtemp(path.join(tmpdir(), 'node-red-'));
  });
  afterEach(async () => {
    await bench?.close();
    await rm(userDir, { recursive: true, force: true });
  });

  const outcomes = (messages: readonly FlowMessage[]) => ({
    ids: new Set(messages.map(({ email }) => email.id)).size,
    states: [...new Set(messages.map(({ email }) => email.status))],
  });

  it('is sent after a restart, and its results come out marked as resumed', async () => {
    bench = await openFlowBench({
      example: 'Send a welcome mail',
      userDir,
      app: { rate: 1, concurrency: 1 },
    });
    await bench.nodeRed.deploy(withMany(bench.flows, 3));
    await bench.press('Ada signs up');
    await bench.sink.holds(1);
    await bench.nodeRed.stop();
    const before = bench.results.at('sent').length;
    assert.ok(before < 3, 'everything was sent before the restart');
    await bench.startAgain();
    const results = await bench.results.reach('sent', 3);

    assert.equal(bench.sink.mails.length, 3);
    assert.deepEqual(outcomes(results), { ids: 3, states: ['sent'] });
    for (const { email, order } of results.slice(before)) {
      assert.equal(email.resumed, true);
      assert.equal(order, 17, 'the user’s own property is back');
    }
  });

  it('is neither lost nor doubled by a deploy', async () => {
    const [count, concurrency] = [40, 5];
    const app = { rate: 1000, concurrency };
    bench = await openFlowBench({ example: 'Send a welcome mail', userDir, slowness: 20, app });
    const flows = withMany(bench.flows, count);
    await bench.nodeRed.deploy(flows);
    await bench.press('Ada signs up');
    await bench.sink.holds(5);
    await bench.nodeRed.deploy(flows);
    await bench.sink.holds(15);
    await bench.nodeRed.deploy(flows);
    await bench.sink.holds(count);
    // a result just handed to the flow ends with the flow's old nodes: at most those in flight at the two deploys
    const results = await bench.results.reach('sent', count - 2 * concurrency);

    assert.deepEqual(outcomes(results), { ids: results.length, states: ['sent'] });
    assert.equal(bench.sink.mails.length, count);
    assert.equal(new Set(bench.sink.mails.map(({ to }) => String(to))).size, count);
    assert.ok(results.some(({ email }) => email.resumed));
  });
});
