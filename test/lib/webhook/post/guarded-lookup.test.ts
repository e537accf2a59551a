import assert from 'node:assert/strict';
import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { guardedLookup } from '../../../../nodes/lib/webhook/post/guarded-lookup.ts';

type Found = string | LookupAddress[] | undefined;

/** What a connection that asks for one address, or for all, gets of a system that answers `found`. */
function ask(found: Found, all: boolean, error: Error | null = null): Promise<readonly unknown[]> {
  const system: LookupFunction = (_name, options, callback) => {
    assert.equal(options.all, true, 'one of several addresses would be checked');
    callback(error, found as string);
  };
  return new Promise((resolve, reject) => {
    guardedLookup(system)('hooks.example.com', { all }, (failed, ...answer) =>
      failed ? reject(failed) : resolve(answer),
    );
  });
}

const four = { address: '93.184.215.14', family: 4 };
const six = { address: '2606:2800:21f::1', family: 6 };

describe('guardedLookup', () => {
  it('answers what was checked: all of it, or the first', async () => {
    assert.deepEqual(await ask([four, six], true), [[four, six]]);
    assert.deepEqual(await ask([four, six], false), [four.address, 4]);
    assert.deepEqual(await ask(six.address, false), [six.address, 6]);
  });

  for (const found of [
    [{ address: '10.0.0.1', family: 4 }],
    [four, { address: '::1', family: 6 }],
    [{ address: 'fe80::1%eth0', family: 6 }, four],
    '169.254.169.254',
  ]) {
    it(`answers nothing of ${JSON.stringify(found)}`, async () => {
      for (const all of [true, false]) await assert.rejects(ask(found, all), { code: 'blocked-address' });
    });
  }

  it('fails as the system does', async () => {
    const error = Object.assign(new Error('again'), { code: 'EAI_AGAIN' });
    await assert.rejects(ask(undefined, true, error), { code: 'EAI_AGAIN' });
  });

  it('knows no name that stands for nothing', async () => {
    await assert.rejects(ask([], true), { code: 'ENOTFOUND' });
    await assert.rejects(ask(undefined, false), { code: 'ENOTFOUND' });
  });
});
