import assert from 'node:assert/strict';
import { watchStore } from '../../../nodes/lib/app/watch-store.ts';
import { EmailError } from '../../../nodes/lib/kernel/errors.ts';
import { StoreHealth } from '../../../nodes/lib/store/store-health.ts';
import { fakeClock } from '../../support/fake-clock.ts';

describe('watchStore', () => {
  let health: StoreHealth;
  let told: string[];
  let changes: number;
  let probes: number;
  let isMended: boolean;
  const clock = fakeClock();
  let stop: () => void;

  beforeEach(() => {
    health = new StoreHealth();
    [told, changes, probes, isMended] = [[], 0, 0, false];
    const watched = {
      get trouble() {
        return health.trouble;
      },
      async probe() {
        probes += 1;
        if (isMended) health.mended();
      },
      onChange: (listener: () => void) => health.onChange(listener),
    };
    const onTrouble = ({ code }: EmailError) => told.push(code);
    const onChange = () => {
      changes += 1;
    };
    stop = watchStore({ health: watched, clock, onTrouble, onChange });
  });
  afterEach(() => stop());

  const fail = (code: 'disk-full' | 'store-unavailable' | 'store-corrupt' | 'queue-full') =>
    health.failed(new EmailError(code));

  it('tells once of a full disk, and asks every ten seconds until there is room', async () => {
    fail('disk-full');
    fail('disk-full');
    await clock.advance(25_000);
    assert.deepEqual([told, changes, probes], [['disk-full'], 1, 2]);
    isMended = true;
    await clock.advance(10_000);
    assert.deepEqual([changes, probes, health.trouble], [2, 3, undefined]);
    await clock.advance(60_000);
    assert.deepEqual([probes, clock.pending()], [3, 0]);
    fail('disk-full');
    assert.deepEqual(told, ['disk-full', 'disk-full']);
  });

  it('does not say again what others tell of, nor mind what is no trouble of the disk', () => {
    fail('queue-full');
    assert.deepEqual([changes, health.trouble], [0, undefined]);
    fail('store-unavailable');
    assert.deepEqual([told, changes], [[], 1]);
  });

  it('holds what is damaged for damaged, whatever succeeds', async () => {
    fail('store-corrupt');
    isMended = true;
    await clock.advance(30_000);
    fail('disk-full');
    assert.equal(health.trouble?.code, 'store-corrupt');
  });

  it('asks nothing more once it is ended', async () => {
    fail('store-unavailable');
    stop();
    await clock.advance(60_000);
    assert.deepEqual([probes, clock.pending()], [0, 0]);
  });
});
