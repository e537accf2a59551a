import assert from 'node:assert/strict';
import { openNoticeBox } from '../../nodes/lib/postgres/postgres-notice-box.ts';
import { describeNoticeBox, newNotice } from '../lib/store/notice-contract.ts';
import { fixedKeys } from '../support/fixed-keys.ts';
import { type FreshPlace, freshPlace, joinPlace } from '../support/postgres.ts';

let place: FreshPlace;
let apps = 0;
before(async () => {
  place = await freshPlace();
});
after(() => place.end());

const nextApp = () => joinPlace(place.database, `app${++apps}`);

describeNoticeBox('postgresNoticeBox', async () => {
  const here = await nextApp();
  return {
    box: openNoticeBox(here, fixedKeys()),
    reopen: async () => openNoticeBox(await joinPlace(place.database, here.appId), fixedKeys()),
    dispose: async () => {},
  };
});

describe('postgresNoticeBox on several machines', () => {
  it('gives a notice to one of them, until that has put it off or is dead', async () => {
    const here = await nextApp();
    const there = await joinPlace(place.database, here.appId);
    const [one, other] = [here, there].map((on) => openNoticeBox(on, fixedKeys()));
    assert.ok(one && other);
    const due = async (box: typeof one, now = 5000) => (await box.due('event', 1, now)).map(({ id }) => id);
    await one.accept([newNotice('a')]);
    await other.accept([newNotice('a'), newNotice('b', { arrivedAt: 2000 })]);
    assert.deepEqual([await due(one), await due(other), await due(one)], [['a'], ['b'], ['a']]);
    await one.settle([{ id: 'a', kind: 'later', dueAt: 6000 }]);
    assert.deepEqual(await due(one), []);
    await one.recoverDead(there.instance);
    assert.deepEqual(await due(one), ['b']);
    await place.database.query('DELETE FROM email_app.instance WHERE id = $1', [here.instance]);
    assert.deepEqual([await due(one, 9000), await due(other, 9000)], [[], ['a']]);
  });

  it('keeps what notices say sealed', async () => {
    const here = await nextApp();
    await openNoticeBox(here, fixedKeys()).accept([newNotice('a', { body: 'geheim', setAside: 'geheim' })]);
    const sql = 'SELECT body, set_aside FROM email_app.notice WHERE app = $1';
    const [row] = await place.database.query<Record<string, Buffer>>(sql, [here.appId]);
    assert.doesNotMatch(Buffer.concat(Object.values(row ?? {})).toString('latin1'), /geheim/);
  });
});
