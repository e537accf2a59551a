import assert from 'node:assert/strict';
import { simpleParser } from 'mailparser';
import { type FlowBench, openFlowBench } from './flow-bench.ts';

describe('the example “Numbers of the day”', function () {
  this.timeout(30_000);
  let bench: FlowBench;

  before(async () => {
    bench = await openFlowBench({ example: 'Numbers of the day' });
  });
  after(() => bench?.close());

  async function report(mail: number): Promise<{ to: readonly string[]; text: string }> {
    await bench.press('every evening at eight');
    const found = (await bench.sink.holds(mail + 1))[mail];
    const { html } = await simpleParser(String(found?.raw));
    return {
      to: found?.to ?? [],
      text: String(html)
        .replace(/<[^>]*>/g, ' ')
        .replace(/\s+/g, ' '),
    };
  }

  it('mails how often each thing happened', async () => {
    for (const count of [1, 2]) {
      await bench.press('send a mail');
      await bench.results.reach('sent', count);
    }
    await bench.results.reach('counted', 4);
    const { to, text } = await report(2);
    assert.deepEqual(to, ['owner@example.com']);
    assert.match(text, /email\.queued 2 email\.sent 2 /);
  });

  it('begins anew with the next day', async () => {
    await bench.results.reach('reported', 1);
    await bench.results.reach('counted', 6);
    assert.match((await report(3)).text, /email\.queued 1 email\.sent 1 /);
  });
});
