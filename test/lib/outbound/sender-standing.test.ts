import assert from 'node:assert/strict';
import { SenderStanding } from '../../../nodes/lib/outbound/sender-standing.ts';

const hour = 3_600_000;

describe('SenderStanding', () => {
  it('stops when a third unrelated domain does not believe the sender within an hour', () => {
    const standing = new SenderStanding();
    assert.equal(standing.note(['gmail.com'], 0), undefined);
    assert.equal(standing.note(['outlook.com'], 1), undefined);
    const stop = standing.note(['gmx.net'], hour - 1);
    assert.equal(stop?.code, 'app-paused');
    assert.match(stop?.message ?? '', /gmail\.com, outlook\.com, gmx\.net/);
  });

  it('takes the same domain, and parts of one organisation, as one', () => {
    const standing = new SenderStanding();
    for (const domain of ['gmail.com', 'gmail.com', 'mail.example.org', 'eu.example.org', 'example.org'])
      assert.equal(standing.note([domain], 0), undefined);
  });

  it('forgets after an hour', () => {
    const standing = new SenderStanding();
    standing.note(['gmail.com', 'outlook.com'], 0);
    assert.equal(standing.note(['gmx.net'], hour), undefined);
  });

  it('counts anew after it stopped', () => {
    const standing = new SenderStanding();
    assert.ok(standing.note(['a.test', 'b.test', 'c.test'], 0));
    assert.equal(standing.note(['d.test'], 1), undefined);
  });
});
