import assert from 'node:assert/strict';
import { politeCalls } from '../../../nodes/lib/setup/polite-calls.ts';
import { setupOverAws } from '../../../nodes/lib/setup/ports/setup-over-aws.ts';
import { fakeClock } from '../../support/fake-clock.ts';

describe('politeCalls', () => {
  it('begins one call a second, each when the one before has ended', async () => {
    const clock = fakeClock();
    const calls = politeCalls(clock);
    const began: number[] = [];
    const start = clock.now();
    const work = (duration: number) => async () => {
      began.push(clock.now() - start);
      await new Promise<void>((done) => clock.after(duration, done));
    };
    const all = [10, 1500, 0, 0].map((duration) => calls(work(duration)));
    await clock.advance(10_000);
    await Promise.all(all);
    assert.deepEqual(began, [0, 1000, 2500, 3500]);
  });

  it('goes on after a call that failed', async () => {
    const clock = fakeClock();
    const calls = politeCalls(clock);
    const failing = assert.rejects(calls(() => Promise.reject(new Error('no'))));
    const next = calls(async () => 'yes');
    await clock.advance(1000);
    await failing;
    assert.equal(await next, 'yes');
  });

  it('does not make a call wait that comes later than a second', async () => {
    const clock = fakeClock();
    const calls = politeCalls(clock);
    await calls(async () => {});
    await clock.advance(1000);
    assert.equal(await calls(async () => 'at once'), 'at once');
  });

  it('does not stand still when the clock is set back', async () => {
    const clock = fakeClock();
    let setBack = 0;
    const calls = politeCalls({ ...clock, now: () => clock.now() - setBack });
    await calls(async () => {});
    setBack = 86_400_000;
    const next = calls(async () => 'soon');
    await clock.advance(1000);
    assert.equal(await next, 'soon');
    assert.equal(clock.pending(), 0);
  });

  it('paces both APIs of SES together, page by page, and nothing but SES', async () => {
    const clock = fakeClock();
    const began: [string, number][] = [];
    const recorder = (service: string) => async (operation: string, input: { NextToken?: string }) => {
      began.push([`${service}:${operation}`, clock.now() - start]);
      return { NextToken: operation === 'ListDedicatedIpPools' && !input.NextToken ? 'more' : undefined };
    };
    const names = ['sesv2', 'ses', 'sns', 'sqs', 's3'];
    const clients = Object.fromEntries(names.map((name) => [name, recorder(name)])) as never;
    const start = clock.now();
    const { ses, receiving, topics } = setupOverAws(clients, 'eu-central-1', politeCalls(clock));
    const all = [ses.listDedicatedIpPools(), receiving.describeActiveReceiptRuleSet(), topics.listTopics()];
    await clock.advance(5000);
    await Promise.all(all);
    assert.deepEqual(began, [
      ['sns:ListTopics', 0],
      ['sesv2:ListDedicatedIpPools', 0],
      ['ses:DescribeActiveReceiptRuleSet', 1000],
      ['sesv2:ListDedicatedIpPools', 2000],
    ]);
  });
});
