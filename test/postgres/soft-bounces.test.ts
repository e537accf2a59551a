import assert from 'node:assert/strict';
import { postgresSoftBounces } from '../../nodes/lib/postgres/postgres-soft-bounces.ts';
import { fixedKeys } from '../support/fixed-keys.ts';
import { type FreshPlace, freshPlace, joinPlace } from '../support/postgres.ts';

describe('postgresSoftBounces', () => {
  let place: FreshPlace;
  const bounce = (address: string, mail: string, at = 1000) => ({ address, mail, at, since: 500 });
  beforeEach(async () => {
    place = await freshPlace();
  });
  afterEach(() => place.end());

  it('counts mails since a time, each once, for all machines and spellings of case', async () => {
    const one = postgresSoftBounces(place, fixedKeys());
    const other = postgresSoftBounces(await joinPlace(place.database), fixedKeys());
    assert.equal(await one.add(bounce('a@a.example', 'm0', 499)), 0);
    assert.equal(await one.add(bounce('a@a.example', 'm1')), 1);
    assert.equal(await other.add(bounce('A@A.example', 'm1')), 1);
    assert.equal(await other.add(bounce('a@a.example', 'm2')), 2);
    assert.equal(await one.add(bounce('b@a.example', 'm2')), 1);
  });

  it('lets one of two that come at once see both', async () => {
    const tallies = [place, await joinPlace(place.database)].map((own) =>
      postgresSoftBounces(own, fixedKeys()),
    );
    for (let n = 0; n < 10; n++) {
      const counts = await Promise.all(
        tallies.map((tally, index) => tally.add(bounce(`a${n}@a.example`, `m${index}`))),
      );
      assert.equal(Math.max(...counts), 2);
    }
  });

  it('forgets one after a delivery, and all that are old', async () => {
    const tally = postgresSoftBounces(place, fixedKeys());
    for (const name of ['a', 'b']) await tally.add(bounce(`${name}@a.example`, 'm1'));
    await tally.forget('a@a.example');
    assert.equal(await tally.add(bounce('a@a.example', 'm2', 3000)), 1);
    await tally.prune(2000);
    assert.equal(await tally.add(bounce('b@a.example', 'm2', 3000)), 1);
    assert.equal(await tally.add(bounce('a@a.example', 'm3', 3000)), 2);
  });
});
