import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { publicEndpoint } from '../../nodes/glue/public-endpoint.ts';
import type { SnsExchange } from '../../nodes/lib/inbound/sns/answer-sns.ts';
import { publicUrl, readPublicPath } from '../../nodes/lib/kernel/public-path.ts';

describe('the endpoint for SNS', () => {
  const endpoint = publicEndpoint();
  const seen: SnsExchange[] = [];
  let server: Server;
  let url: string;

  const pages = {
    trustedProxies: [],
    answer: () => Promise.reject(new Error('no page is asked for')),
    answerSns: async (exchange: SnsExchange) => {
      seen.push(exchange);
      return { status: 200, headers: {}, body: '' };
    },
  };

  before(async () => {
    server = createServer((request, response) =>
      endpoint.handle(request, response, () => response.writeHead(404).end()),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = publicUrl(`http://127.0.0.1:${(server.address() as AddressInfo).port}/red/`, 'app00001', 'sns');
  });
  beforeEach(() => {
    seen.length = 0;
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  const post = async (body: string) => (await fetch(url, { method: 'POST', body })).status;

  it('is there for apps that are told by SNS, and waits while they are deployed', async () => {
    assert.equal(await post('{}'), 404);
    endpoint.serve('app00001', { ...pages, answerSns: undefined })();
    assert.equal(await post('{}'), 503);
    const stop = endpoint.serve('app00001', { ...pages, answerSns: undefined });
    assert.equal(await post('{}'), 404);
    stop();
  });

  it('hands the body over as it came', async () => {
    const stop = endpoint.serve('app00001', pages);
    const body = '{"Message": "{\\"a\\": 1}"}\n';
    const headers = { 'content-type': 'text/plain; charset=UTF-8', 'x-amz-sns-message-type': 'Notification' };
    assert.equal((await fetch(url, { method: 'POST', body, headers })).status, 200);
    assert.equal((await fetch(url)).status, 200);
    stop();
    const [first, second] = seen;
    assert.equal(Buffer.from(first?.body ?? []).toString(), body);
    assert.equal(first?.headers['x-amz-sns-message-type'], 'Notification');
    assert.deepEqual([second?.method, second?.body.length], ['GET', 0]);
  });

  it('reads little more than there may be', async () => {
    const stop = endpoint.serve('app00001', pages);
    assert.equal(await post('x'.repeat(3_000_000)).catch(() => 200), 200);
    stop();
    assert(Number(seen[0]?.body.length) < 1_200_000);
  });

  for (const path of [
    '/email-app/APP00001/sns',
    '/email-app/app00001/sns/x',
    '/email-app/app00001/snsx',
    '/sns',
  ]) {
    it(`is not at ${path}`, () => assert.equal(readPublicPath(path), undefined));
  }
});
