import assert from 'node:assert/strict';
import { EmailError } from '../../../nodes/lib/kernel/errors.ts';
import { type DomainEvent, watchDomain } from '../../../nodes/lib/setup/domain-watch.ts';
import type { SesIdentity } from '../../../nodes/lib/setup/ports/ses-ports.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { newIdentity } from '../../support/memory-aws.ts';

const minute = 60_000;

function stage() {
  const clock = fakeClock();
  const notes = new Map<string, string | undefined>();
  const world = { identity: newIdentity() as SesIdentity | undefined, failing: false, asked: 0 };
  const events: DomainEvent[] = [];
  const troubles: string[] = [];
  const ports = {
    ses: {
      getEmailIdentity: async () => {
        world.asked += 1;
        if (world.failing) throw new EmailError('aws-trouble', { retryable: true });
        return world.identity;
      },
    },
    clock,
    notes: {
      readNote: async (name: string) => notes.get(name),
      writeNote: async (name: string, value: string | undefined) => void notes.set(name, value),
    },
  };
  const watch = () =>
    watchDomain('example.com', ports, {
      tell: (event) => events.push(event),
      onTrouble: ({ code }) => troubles.push(code),
    });
  return { clock, world, events, troubles, watch };
}

describe('watchDomain', () => {
  it('tells once that the domain is verified, and asks no more', async () => {
    const { clock, world, events, watch } = stage();
    watch();
    await clock.advance(5 * minute);
    assert.deepEqual(events, []);
    world.identity = newIdentity({ verified: true, state: 'SUCCESS' });
    await clock.advance(minute);
    assert.deepEqual(
      events.map(({ type, domain }) => [type, domain]),
      [['app.domain-verified', 'example.com']],
    );
    assert.equal(clock.pending(), 0);
  });

  it('tells nothing again after a restart, until the domain was pending in between', async () => {
    const { clock, world, events, watch } = stage();
    world.identity = newIdentity({ verified: true, state: 'SUCCESS' });
    for (let start = 0; start < 3; start += 1) {
      watch();
      await clock.settle();
    }
    assert.equal(events.length, 1);
    world.identity = newIdentity();
    watch();
    await clock.settle();
    world.identity = newIdentity({ verified: true, state: 'SUCCESS' });
    await clock.advance(minute);
    assert.equal(events.length, 2);
  });

  it('tells that SES gave up, and why', async () => {
    const { clock, world, events, watch } = stage();
    world.identity = newIdentity({ state: 'FAILED', errorType: 'INVALID_VALUE' });
    watch();
    await clock.settle();
    assert.equal(events[0]?.type, 'app.domain-failed');
    assert.match(events[0]?.why ?? '', /another value/);
  });

  it('asks every minute for an hour, then every quarter of an hour', async () => {
    const { clock, world, watch } = stage();
    const end = watch();
    await clock.advance(60 * minute);
    assert.equal(world.asked, 61);
    await clock.advance(60 * minute);
    assert.equal(world.asked, 65);
    end();
    assert.equal(clock.pending(), 0);
  });

  it('reports trouble and asks again', async () => {
    const { clock, world, events, troubles, watch } = stage();
    world.failing = true;
    watch();
    await clock.advance(minute);
    assert.deepEqual(troubles, ['aws-trouble', 'aws-trouble']);
    world.failing = false;
    world.identity = newIdentity({ verified: true, state: 'SUCCESS' });
    await clock.advance(minute);
    assert.equal(events.length, 1);
  });
});
