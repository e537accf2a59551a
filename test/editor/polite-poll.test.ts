import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { politePoll } from '../../nodes/editor/polite-poll.ts';

describe('politePoll', () => {
  let asked: number;
  let answer: 'done' | 'wait';
  let isVisible: boolean;
  const element = { isConnected: true };
  const place = { 0: element, is: () => isVisible } as unknown as JQuery;
  const poll = () =>
    politePoll(place, async () => {
      asked += 1;
      return answer;
    });

  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout'] });
    asked = 0;
    answer = 'wait';
    isVisible = true;
    element.isConnected = true;
  });
  afterEach(() => mock.timers.reset());

  async function pass(seconds: number): Promise<void> {
    mock.timers.tick(seconds * 1000);
    for (let turn = 0; turn < 5; turn++) await Promise.resolve();
  }

  it('asks after 15 seconds, then ever less often', async () => {
    poll().start();
    for (const [seconds, count] of [
      [14, 0],
      [1, 1],
      [15, 1],
      [7.5, 2],
      [33.75, 3],
    ] as const) {
      await pass(seconds);
      assert.equal(asked, count);
    }
  });

  it('stops when there is no more to wait for', async () => {
    answer = 'done';
    poll().start();
    for (let minute = 0; minute < 5; minute++) await pass(60);
    assert.equal(asked, 1);
  });

  it('does not ask while another tab is looked at, and goes on afterwards', async () => {
    isVisible = false;
    poll().start();
    await pass(15);
    assert.equal(asked, 0);
    isVisible = true;
    await pass(22.5);
    assert.equal(asked, 1);
  });

  it('ends with the dialog, and when it is stopped', async () => {
    const first = poll();
    first.start();
    first.stop();
    await pass(60);
    poll().start();
    element.isConnected = false;
    await pass(60);
    assert.equal(asked, 0);
  });

  it('begins anew at 15 seconds', async () => {
    const again = poll();
    again.start();
    await pass(15);
    again.start();
    await pass(15);
    assert.equal(asked, 2);
  });
});
