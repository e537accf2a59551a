import assert from 'node:assert/strict';
import { type FlowBench, openFlowBench } from './flow-bench.ts';

interface Person {
  readonly address: string;
  readonly phone: string;
}

describe('the example “Unsubscribe from SMS too”', function () {
  this.timeout(30_000);
  let bench: FlowBench;
  const people = (output: string) =>
    bench.results.at(output).map(({ to }) => (to as Person[]).map(({ phone }) => phone));

  before(async () => {
    bench = await openFlowBench({ example: 'Unsubscribe from SMS too' });
  });
  after(() => bench?.close());

  it('passes everybody on, with all they have', async () => {
    await bench.press('send an SMS');
    await bench.results.reach('to the SMS gateway', 1);
    assert.deepEqual(people('to the SMS gateway'), [['+44 20 7946 0001', '+44 20 7946 0002']]);
    assert.equal(bench.results.at('left out').length, 0);
  });

  it('leaves out who answered STOP', async () => {
    await bench.press('Ada answers STOP');
    await bench.results.reach('done', 1);
    await bench.press('send an SMS');
    await bench.results.reach('to the SMS gateway', 2);
    await bench.results.reach('left out', 1);
    assert.deepEqual(people('to the SMS gateway')[1], ['+44 20 7946 0002']);
    assert.deepEqual(people('left out'), [['+44 20 7946 0001']]);
  });

  it('sends no mail', () => assert.equal(bench.sink.mails.length, 0));
});
