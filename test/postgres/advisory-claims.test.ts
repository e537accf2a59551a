import assert from 'node:assert/strict';
import { systemClock } from '../../nodes/lib/kernel/clock.ts';
import { advisoryClaims } from '../../nodes/lib/postgres/advisory-claims.ts';
import { openDatabase } from '../../nodes/lib/postgres/open-database.ts';
import { assertRefused } from '../support/assert-refused.ts';
import { openCuttableProxy } from '../support/cuttable-proxy.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import { startPostgres } from '../support/postgres-server.ts';
import { until } from '../support/until.ts';

const nobody = (): void => assert.fail('lost');

describe('advisoryClaims', () => {
  let fresh: FreshDatabase;
  beforeEach(async () => {
    fresh = await freshDatabase();
  });
  afterEach(() => fresh.drop());

  async function machine(port = fresh.address.port, appId = 'app') {
    const database = await fresh.open({ address: { ...fresh.address, port } });
    return advisoryClaims(database, appId, systemClock);
  }

  it('has each name held by one, within a machine too, until it is given back', async () => {
    const [one, two, otherApp] = [await machine(), await machine(), await machine(undefined, 'other')];
    const claim = await one.take('mailbox', nobody);
    assert.ok(claim);
    assert.equal(await one.take('mailbox', nobody), undefined);
    assert.equal(await two.take('mailbox', nobody), undefined);
    assert.ok(await two.take('another', nobody));
    assert.ok(await otherApp.take('mailbox', nobody));
    await claim.release();
    await claim.release();
    const taken = await two.take('mailbox', nobody);
    assert.ok(taken);
    await claim.release();
    assert.equal(await one.take('mailbox', nobody), undefined);
    for (const claims of [one, two, otherApp]) await claims.close();
  });

  it('hands over at once what a machine held that closes', async () => {
    const [one, two] = [await machine(), await machine()];
    await one.take('mailbox', nobody);
    await one.close();
    await until(async () => (await two.take('mailbox', nobody)) !== undefined, 2_000);
    await two.close();
  });

  it('tells of a loss when the connection is cut, and takes anew', async () => {
    const proxy = await openCuttableProxy(fresh.address.port);
    const [one, two] = [await machine(proxy.port), await machine()];
    const lost: string[] = [];
    await one.take('mailbox', () => lost.push('mailbox'));
    await one.take('another', () => lost.push('another'));
    proxy.cut();
    await until(() => lost.length === 2, 1_000);
    await until(async () => (await two.take('mailbox', nobody)) !== undefined, 3_000);
    assert.ok(await one.take('another', nobody));
    assert.equal(await one.take('mailbox', nobody), undefined);
    assert.deepEqual(lost, ['mailbox', 'another']);
    for (const claims of [one, two]) await claims.close();
    await proxy.close();
  });

  it('tells of a loss within seconds when nothing passes any more', async () => {
    const proxy = await openCuttableProxy(fresh.address.port);
    const one = await machine(proxy.port);
    let isLost = false;
    await one.take('mailbox', () => {
      isLost = true;
    });
    proxy.freeze();
    await until(() => isLost, 6_500);
    proxy.thaw();
    await one.close();
    await proxy.close();
  });

  it('throws while there is no database, and takes again when it is back', async () => {
    const server = await startPostgres();
    const database = await openDatabase({ address: server.address, clock: systemClock });
    const claims = advisoryClaims(database, 'app', systemClock);
    let isLost = false;
    await claims.take('mailbox', () => {
      isLost = true;
    });
    await server.stop();
    await until(() => isLost, 2_000);
    await assertRefused(() => claims.take('mailbox', nobody), 'store-unavailable');
    await server.start();
    assert.ok(await claims.take('mailbox', nobody));
    await claims.close();
    await database.close();
    await server.end();
  });
});
