import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fetchText } from '../../../nodes/lib/aws/fetch-text.ts';
import { systemClock } from '../../../nodes/lib/kernel/clock.ts';

async function fetched(answer: RequestListener, time = 5000): Promise<{ text?: string; why?: string }> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    const url = `http://127.0.0.1:${port}/x.pem`;
    return { text: await fetchText(url, { clock: systemClock, limit: 1000, time }) };
  } catch (thrown) {
    return { why: thrown instanceof Error ? thrown.message : '' };
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe('fetchText', () => {
  it('reads a text', async () => {
    const { text, why } = await fetched((_, response) => response.end('certificate'));
    assert.deepEqual([text, why], ['certificate', undefined]);
  });

  it('follows no redirect', async () => {
    const { why } = await fetched((_, response) =>
      response.writeHead(302, { location: 'http://127.0.0.1/' }).end(),
    );
    assert.match(why ?? '', /302/);
  });

  it('reads no more than it may', async () => {
    const { why } = await fetched((_, response) => response.end('x'.repeat(1001)));
    assert.match(why ?? '', /too long/);
  });

  it('does not wait for ever', async () => {
    const { why } = await fetched((_, response) => void response.write('x'), 50);
    assert.match(why ?? '', /in time/);
  });
});
