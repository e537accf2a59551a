import assert from 'node:assert/strict';
import { type FlowBench, openFlowBench } from './flow-bench.ts';

describe('the example “Import and export the unsubscribe list”', function () {
  this.timeout(30_000);
  let bench: FlowBench;

  before(async () => {
    bench = await openFlowBench({ example: 'Import and export the unsubscribe list' });
  });
  after(() => bench?.close());

  async function answerTo(button: string, output = 'answer'): Promise<Record<string, unknown>> {
    const before = bench.results.at(output).length;
    await bench.press(button);
    return (await bench.results.reach(output, before + 1)).at(-1)?.payload as Record<string, unknown>;
  }

  it('takes a file in', async () => {
    const { imported, added } = await answerTo('import two people', 'report');
    assert.deepEqual([imported, added], [true, 2]);
    const { held, code } = await answerTo('is leaver@example.net on it?');
    assert.deepEqual([held, code], [true, 'unsubscribed']);
  });

  it('gives it out again, with the time it was given', async () => {
    const csv = String(await answerTo('export', 'the file'));
    assert.match(csv, /leaver@example\.net.*2025-01-31T12:00:00/);
    assert.match(csv, /no-news@example\.net,newsletter,manual/);
  });

  it('forgets whom it is told to forget', async () => {
    assert.equal((await answerTo('take leaver@example.net off')).removed, true);
    assert.equal((await answerTo('is leaver@example.net on it?')).held, false);
  });
});
