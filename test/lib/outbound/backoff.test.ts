import assert from 'node:assert/strict';
import { Backoff, routeBackoff } from '../../../nodes/lib/outbound/backoff.ts';

describe('Backoff', () => {
  const begin = () => new Backoff(routeBackoff, () => 0.5);

  it('waits 1 s, 2 s, 4 s and so on, at most 5 minutes', () => {
    const route = begin();
    const waits: number[] = [];
    for (let now = 0, failures = 0; failures < 11; failures += 1, now = route.retryAt) {
      route.failed(now);
      waits.push((route.retryAt - now) / 1000);
    }
    assert.deepEqual(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
  });

  it('counts what was under way together as one failure', () => {
    const route = begin();
    assert.equal(route.failed(100, 50), true);
    assert.equal(route.failed(110, 60), false);
    assert.equal(route.retryAt, 1100);
    assert.equal(route.failed(1200, 1100), false);
    assert.equal(route.retryAt, 3200);
  });

  it('begins anew after a success', () => {
    const route = begin();
    route.failed(0);
    route.failed(1000);
    route.succeeded();
    assert.deepEqual([route.isFailing, route.mayTry(1001)], [false, true]);
    route.failed(2000);
    assert.equal(route.retryAt, 3000);
  });

  it('does not wait for a clock that was set back', () => {
    const route = begin();
    route.failed(1_000_000);
    assert.equal(route.mayTry(1_000_500), false);
    assert.equal(route.mayTry(500_000), true);
  });
});
