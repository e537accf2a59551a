import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { get } from 'node:https';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:net';
import { publicEndpoint } from '../../nodes/glue/public-endpoint.ts';
import { publicListeners } from '../../nodes/glue/public-listener.ts';
import { assertRefused } from '../support/assert-refused.ts';
import { findFreePort } from '../support/start-node-red.ts';

const fixture = (name: string) =>
  readFileSync(new URL(`../fixtures/localhost.${name}.pem`, import.meta.url), 'utf8');
const tls = { cert: fixture('cert'), key: fixture('key') };
const address = '127.0.0.1';
const page = '/email-app/app00001/unsubscribe/T';

function openEndpoint() {
  const endpoint = publicEndpoint();
  endpoint.serve('app00001', {
    trustedProxies: [],
    answer: async () => ({ status: 200, headers: {}, body: 'page' }),
  });
  return publicListeners(endpoint);
}

describe('publicListeners', () => {
  it('serve the public pages and nothing else', async () => {
    const port = await findFreePort();
    const close = await openEndpoint().open({ address, port });
    const statuses = [];
    for (const path of [page, '/', '/flows', '/email-app/app00002/unsubscribe/T']) {
      statuses.push((await fetch(`http://${address}:${port}${path}`)).status);
    }
    assert.deepEqual(statuses, [200, 404, 404, 404]);
    await close();
    await assert.rejects(fetch(`http://${address}:${port}${page}`));
  });

  it('are shared by apps with the same address and port, until the last is closed', async () => {
    const port = await findFreePort();
    const listeners = openEndpoint();
    const closes = await Promise.all([listeners.open({ address, port }), listeners.open({ address, port })]);
    await closes[0]?.();
    assert.equal((await fetch(`http://${address}:${port}${page}`)).status, 200);
    await closes[1]?.();
    await assert.rejects(fetch(`http://${address}:${port}${page}`));
  });

  it('can be opened again while they close, as a deploy does', async () => {
    const port = await findFreePort();
    const listeners = openEndpoint();
    const close = await listeners.open({ address, port });
    const closed = close();
    const closeAgain = await listeners.open({ address, port });
    await closed;
    assert.equal((await fetch(`http://${address}:${port}${page}`)).status, 200);
    await closeAgain();
  });

  it('speak TLS', async () => {
    const port = await findFreePort();
    const close = await openEndpoint().open({ address, port, tls });
    const status = await new Promise((resolve, reject) => {
      const options = {
        host: address,
        port,
        path: page,
        ca: tls.cert,
        servername: 'localhost',
        agent: false,
      };
      get(options, (answer) => resolve(answer.resume().statusCode)).on('error', reject);
    });
    assert.equal(status, 200);
    await close();
  });

  it('do not wait at their end for a visitor who says nothing, with TLS neither', async () => {
    for (const settings of [{ address }, { address, tls }]) {
      const port = await findFreePort();
      const close = await openEndpoint().open({ ...settings, port });
      const silent = connect(port, address).on('error', () => {});
      await new Promise((resolve) => silent.once('connect', resolve));
      const closed = new Promise((resolve) => silent.once('close', resolve));
      await Promise.all([close(), closed]);
    }
  }).timeout(5000);

  it('refuse a header of more than 8 KB', async () => {
    const port = await findFreePort();
    const close = await openEndpoint().open({ address, port });
    const answer = await fetch(`http://${address}:${port}${page}`, {
      headers: { 'x-long': 'x'.repeat(9000) },
    });
    assert.equal(answer.status, 431);
    await close();
  });

  it('say why they cannot be opened, and can be opened later', async () => {
    const other = createServer().listen(0, address);
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    const listeners = openEndpoint();
    const error = await assertRefused(() => listeners.open({ address, port }), 'bad-settings', 'listener');
    assert.match(String(error.detail.why), /EADDRINUSE/);
    await new Promise((resolve) => other.close(resolve));
    await (await listeners.open({ address, port }))();
  });

  it('refuse a certificate that is none, and a second one on the same port', async () => {
    const port = await findFreePort();
    const listeners = openEndpoint();
    const broken = { cert: 'x', key: 'y' };
    await assertRefused(() => listeners.open({ address, port, tls: broken }), 'bad-settings', 'listener');
    const close = await listeners.open({ address, port, tls });
    await assertRefused(() => listeners.open({ address, port }), 'bad-settings', 'listener');
    await close();
  });
});
