import assert from 'node:assert/strict';
import type { NewEvent } from '../../../../nodes/lib/event/event-log.ts';
import { loggedEvents } from '../../../../nodes/lib/setup/self-test/logged-events.ts';
import { fakeClock } from '../../../support/fake-clock.ts';
import { memoryEventLog } from '../../../support/memory-event-log.ts';

const bounceOf = (messageId: string, more: Partial<NewEvent> = {}): NewEvent => ({
  type: 'email.bounced',
  at: 1,
  provider: 'ses',
  detail: { messageId },
  ...more,
});

async function stage() {
  const clock = fakeClock();
  const log = memoryEventLog();
  await log.append([bounceOf('before')]);
  const awaitEvent = await loggedEvents(log, clock);
  const end = new AbortController();
  const wait = (messageId: string) => {
    let state = 'waits';
    const over = awaitEvent({ messageId, type: 'Bounce' }, end.signal).then(
      () => (state = 'came'),
      () => (state = 'aborted'),
    );
    return { over, state: () => state };
  };
  return { clock, log, wait, end };
}

describe('loggedEvents', () => {
  it('finds what the app was told before it was asked for', async () => {
    const { log, wait } = await stage();
    await log.append([bounceOf('mine')]);
    assert.equal(await wait('mine').over, 'came');
  });

  it('waits for the event of that mail and that type, told by SES', async () => {
    const { clock, log, wait } = await stage();
    const { state, over } = wait('mine');
    const others = [
      { type: 'email.complained' },
      { provider: 'smtp' },
      { detail: { messageId: 'x' } },
    ] as const;
    await log.append(others.map((other) => bounceOf('mine', other)));
    await clock.advance(5000);
    assert.equal(state(), 'waits');
    await log.append([bounceOf('mine')]);
    await clock.advance(1000);
    assert.equal(await over, 'came');
  });

  it('reads nothing from before it began', async () => {
    const { clock, wait, end } = await stage();
    const { over } = wait('before');
    await clock.advance(5000);
    end.abort();
    await clock.advance(1000);
    assert.equal(await over, 'aborted');
  });
});
