import assert from 'node:assert/strict';
import { requestLimits } from '../../../nodes/lib/unsubscribe/request-limits.ts';
import { fakeClock } from '../../support/fake-clock.ts';

describe('requestLimits', () => {
  it('refuses an address beyond its share, and not the others', () => {
    const limits = requestLimits(fakeClock(), { perAddress: 2, inAll: 100 });
    assert.deepEqual(
      ['1.1.1.1', '1.1.1.1', '1.1.1.1', '2.2.2.2'].map((ip) => limits.refuses(ip)),
      [false, false, true, false],
    );
  });

  it('refuses everybody beyond the limit for all', () => {
    const limits = requestLimits(fakeClock(), { perAddress: 2, inAll: 3 });
    const answers = ['1.1.1.1', '2.2.2.2', '3.3.3.3', '4.4.4.4'].map((ip) => limits.refuses(ip));
    assert.deepEqual(answers, [false, false, false, true]);
  });

  it('counts a block of IPv6 addresses as one', () => {
    const limits = requestLimits(fakeClock(), { perAddress: 1, inAll: 100 });
    assert.equal(limits.refuses('2001:db8::1'), false);
    assert.equal(limits.refuses('2001:db8:0:0:9:9:9:9'), true);
    assert.equal(limits.refuses('2001:db8:0:1::1'), false);
  });

  it('starts again a minute later, and when the clock is set back', async () => {
    const clock = fakeClock();
    const limits = requestLimits(clock, { perAddress: 1, inAll: 100 });
    limits.refuses('1.1.1.1');
    await clock.advance(59_999);
    assert.equal(limits.refuses('1.1.1.1'), true);
    await clock.advance(1);
    assert.equal(limits.refuses('1.1.1.1'), false);
    await clock.advance(-3_600_000);
    assert.equal(limits.refuses('1.1.1.1'), false);
  });
});
