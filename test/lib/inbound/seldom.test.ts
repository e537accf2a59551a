import assert from 'node:assert/strict';
import { seldom } from '../../../nodes/lib/inbound/seldom.ts';
import { EmailError } from '../../../nodes/lib/kernel/errors.ts';
import { fakeClock } from '../../support/fake-clock.ts';

describe('seldom', () => {
  it('tells the same trouble once an hour, and another one at once', async () => {
    const clock = fakeClock();
    const told: string[] = [];
    const tell = seldom(clock, ({ message }) => told.push(message));
    const refused = (why: string) => new EmailError('sns-refused', { detail: { why } });
    for (let turn = 0; turn < 50; turn += 1) tell(refused('one'));
    tell(refused('two'));
    assert.equal(told.length, 2);
    await clock.advance(3_600_000);
    tell(refused('one'));
    assert.equal(told.length, 3);
  });
});
