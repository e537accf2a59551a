import assert from 'node:assert/strict';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import type { NodeAPI } from 'node-red';
import {
  mountPublicEndpoint,
  type PublicEndpoint,
  publicEndpoint,
} from '../../nodes/glue/public-endpoint.ts';
import type { HttpFacts } from '../../nodes/lib/unsubscribe/http-exchange.ts';
import { readUnsubscribeRequest } from '../../nodes/lib/unsubscribe/one-click-request.ts';

/** The one that Node-RED serves its HTTP nodes with. */
const express = createRequire(new URL('../../demo/package.json', import.meta.url))('express');

const path = '/email-app/app00001/unsubscribe/T';
const pair = 'List-Unsubscribe=One-Click';

describe('the public endpoint', () => {
  let server: Server;
  let seen: HttpFacts[];

  const pages = (trustedProxies: string[] = []) => ({
    trustedProxies,
    answer: async (facts: HttpFacts) => {
      seen.push(facts);
      return { status: 200, headers: { 'x-page': 'ours' }, body: 'page' };
    },
  });

  async function listen(listener: RequestListener): Promise<string> {
    server = createServer(listener);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  async function listenBehind(...middleware: unknown[]): Promise<{ url: string; endpoint: PublicEndpoint }> {
    const httpNode = express();
    const endpoint = mountPublicEndpoint({ httpNode } as NodeAPI);
    const app = express();
    for (const one of middleware) app.use(one);
    app.use('/red', httpNode);
    return { url: await listen(app), endpoint };
  }

  beforeEach(() => {
    seen = [];
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  it('tells the request as plain facts', async () => {
    const { url, endpoint } = await listenBehind();
    endpoint.serve('app00001', pages());
    const headers = { 'user-agent': 'Mail/1', 'accept-language': 'de', 'content-type': 'text/x' };
    const answer = await fetch(`${url}/red${path}`, { method: 'POST', body: pair, headers });
    assert.equal(await answer.text(), 'page');
    assert.equal(answer.headers.get('x-page'), 'ours');
    assert.equal(answer.headers.get('x-powered-by'), null);
    assert.deepEqual(seen, [
      {
        method: 'POST',
        token: 'T',
        contentType: 'text/x',
        body: Buffer.from(pair),
        ip: '127.0.0.1',
        userAgent: 'Mail/1',
        acceptLanguage: 'de',
      },
    ]);
  });

  const form = 'application/x-www-form-urlencoded';
  for (const [what, middleware] of Object.entries({
    'a form parser': express.urlencoded({ extended: true }),
    'a form parser of plain values': express.urlencoded({ extended: false }),
    'a reader of bytes': express.raw({ type: () => true }),
    'a reader of text': express.text({ type: () => true }),
    'a JSON parser, which does not want it': express.json(),
  })) {
    it(`reads the body behind ${what}`, async () => {
      const { url, endpoint } = await listenBehind(middleware);
      endpoint.serve('app00001', pages());
      await fetch(`${url}/red${path}`, { method: 'POST', body: pair, headers: { 'content-type': form } });
      const [facts] = seen;
      assert.deepEqual(await readUnsubscribeRequest(facts?.contentType, facts?.body ?? Buffer.alloc(0)), {
        kind: 'one-click',
      });
    });
  }

  it('does not take JSON for a form, parsed or not', async () => {
    const { url, endpoint } = await listenBehind(express.json());
    endpoint.serve('app00001', pages());
    const body = '{"List-Unsubscribe":"One-Click"}';
    await fetch(`${url}/red${path}`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
    });
    const [facts] = seen;
    assert.deepEqual(await readUnsubscribeRequest(facts?.contentType, facts?.body ?? Buffer.alloc(0)), {
      kind: 'none',
    });
  });

  it('reads no more of a long body than it must', async () => {
    const { url, endpoint } = await listenBehind();
    endpoint.serve('app00001', pages());
    const body = Buffer.alloc(5_000_000, 'x');
    await fetch(`${url}/red${path}`, { method: 'POST', body }).catch(() => undefined);
    const length = seen[0]?.body.length ?? 0;
    assert.ok(length > 1024 && length < 200_000, `${length}`);
  });

  it('believes X-Forwarded-For of a trusted proxy only', async () => {
    const { url, endpoint } = await listenBehind();
    const headers = { 'x-forwarded-for': '192.0.2.7' };
    const stop = endpoint.serve('app00001', pages());
    await fetch(`${url}/red${path}`, { headers });
    stop();
    endpoint.serve('app00001', pages(['127.0.0.0/8']));
    await fetch(`${url}/red${path}`, { headers });
    assert.deepEqual(
      seen.map(({ ip }) => ip),
      ['127.0.0.1', '192.0.2.7'],
    );
  });

  it('leaves other paths and unknown apps to others', async () => {
    const endpoint = publicEndpoint();
    const url = await listen((request, response) =>
      endpoint.handle(request, response, () => response.writeHead(404).end('theirs')),
    );
    endpoint.serve('app00001', pages());
    for (const other of ['/', '/email-app/app00001/sns', '/email-app/app00002/unsubscribe/T']) {
      const answer = await fetch(url + other);
      assert.deepEqual([answer.status, await answer.text()], [404, 'theirs']);
    }
    assert.deepEqual(seen, []);
  });

  it('asks to try again while an app is deployed, and for an answer that fails', async () => {
    const { url, endpoint } = await listenBehind();
    const stop = endpoint.serve('app00001', pages());
    stop();
    const away = await fetch(`${url}/red${path}`, { method: 'POST', body: pair });
    assert.deepEqual([away.status, away.headers.get('retry-after')], [503, '30']);
    endpoint.serve('app00001', { trustedProxies: [], answer: () => Promise.reject(new Error('oops')) });
    assert.equal((await fetch(`${url}/red${path}`)).status, 503);
  });

  it('lets a late stop of the old deploy not end the new one', async () => {
    const { url, endpoint } = await listenBehind();
    const stopOld = endpoint.serve('app00001', pages());
    endpoint.serve('app00001', pages());
    stopOld();
    assert.equal((await fetch(`${url}/red${path}`)).status, 200);
  });
});
