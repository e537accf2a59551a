import assert from 'node:assert/strict';
import { type FlowBench, openFlowBench } from './flow-bench.ts';

describe('the example “OTP that skips the unsubscribe headers”', function () {
  this.timeout(30_000);
  let bench: FlowBench;
  const rawFrom = (sender: string) =>
    bench.sink.mails.filter(({ from }) => from === sender).map(({ raw }) => String(raw));

  before(async () => {
    const app = { baseUrl: 'https://shop.example.com' };
    bench = await openFlowBench({ example: 'OTP that skips the unsubscribe headers', app });
  });
  after(() => bench?.close());

  async function pressBoth(): Promise<void> {
    await bench.press('Ada signs in');
    await bench.press('Ada orders');
  }

  it('sends a code without a button to unsubscribe, and other mail with one', async () => {
    await pressBoth();
    await bench.results.reach('sent', 2);
    const [code = ''] = rawFrom('otp@example.com');
    const [order = ''] = rawFrom('shop@example.com');
    assert.match(code, /^Subject: Your code: 493027/m);
    assert.doesNotMatch(code, /^List-Unsubscribe/im);
    assert.match(order, /^List-Unsubscribe: /im);
  });

  it('sends a code also to a reader who left everything, and nothing else', async () => {
    await bench.press('Ada leaves everything');
    await bench.results.reach('done', 1);
    await pressBoth();
    const [held] = await bench.results.reach('held', 1);
    await bench.results.reach('sent', 3);
    assert.deepEqual([held?.email.subject, held?.email.code], ['Your order', 'unsubscribed']);
    assert.equal(rawFrom('otp@example.com').length, 2);
  });

  it('sends everything again once she is back', async () => {
    await bench.press('Ada comes back');
    await bench.results.reach('done', 2);
    await pressBoth();
    await bench.results.reach('sent', 5);
    assert.equal(bench.results.at('held').length, 1);
  });
});
