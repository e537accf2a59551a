import assert from 'node:assert/strict';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { publicEndpoint } from '../../nodes/glue/public-endpoint.ts';
import { openHttpReceipt } from '../../nodes/lib/inbound/http-receipt.ts';
import { systemClock } from '../../nodes/lib/kernel/clock.ts';
import { megabytes } from '../support/pieces.ts';
import { openTestQueue } from '../support/sqlite-inbound.ts';
import { temporaryFolder } from '../support/sqlite-outbox.ts';

const secret = 'a-secret-of-many-letters';
const noPage = async () => assert.fail('no page was asked for');
const path = '/email-app/app00001/inbound';

describe('a mail posted to the public endpoint', () => {
  let folder: string;
  let remove: () => void;
  let opened: Awaited<ReturnType<typeof openTestQueue>>;
  let server: Server;
  let port: number;

  beforeEach(async () => {
    ({ folder, remove } = temporaryFolder());
    opened = await openTestQueue(folder);
    const endpoint = publicEndpoint();
    const { answer } = openHttpReceipt(
      { secret },
      { queue: opened.queue, maxMailBytes: 40_000_000, clock: systemClock, onTrouble: assert.fail },
    );
    endpoint.serve('app00001', { trustedProxies: [], answer: noPage, answerMail: answer });
    endpoint.serve('app00002', { trustedProxies: [], answer: noPage });
    server = createServer((asked, reply) => endpoint.handle(asked, reply, () => reply.writeHead(404).end()));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = server.address() as AddressInfo);
  });
  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await opened.close();
    remove();
  });

  const headers = { authorization: `Bearer ${secret}`, 'content-type': 'message/rfc822' };

  async function post(body: AsyncIterable<Uint8Array>, to = path) {
    const asked = request({ host: '127.0.0.1', port, path: to, method: 'POST', headers });
    asked.on('error', () => {});
    const answered = once(asked, 'response');
    const pouring = pipeline(body, asked).catch(() => {}); // an early answer hangs up
    const [response] = await answered;
    await pouring;
    return response.resume().statusCode as number;
  }

  it('goes to the disk as it comes, 40 MB of it', async () => {
    assert.equal(await post(megabytes(40)), 202);
    assert.equal(statSync(String((await opened.queue.begin())?.file)).size, 40_000_000);
  });

  it('is refused in the middle when it gets too large', async () => {
    assert.equal(await post(megabytes(60)), 413);
    assert.deepEqual(await opened.queue.counts(), { waiting: 0, setAside: 0 });
  });

  it('is not taken if it was cut off', async () => {
    const socket = connect(port, '127.0.0.1');
    const head = Object.entries({ host: 'a', ...headers, 'content-length': 300_000 }).map(
      ([name, value]) => `${name}: ${value}\r\n`,
    );
    socket.write(`POST ${path} HTTP/1.1\r\n${head.join('')}\r\n${'x'.repeat(200_000)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
    socket.destroy();
    assert.equal(await post(megabytes(1)), 202);
    assert.deepEqual(await opened.queue.counts(), { waiting: 1, setAside: 0 });
  });

  it('is left to others where an app takes none', async () => {
    assert.equal(await post(megabytes(1), '/email-app/app00002/inbound'), 404);
  });
});
