import assert from 'node:assert/strict';
import type { Server } from 'node:net';
import { systemClock } from '../../../nodes/lib/kernel/clock.ts';
import { openPublicListener } from '../../../nodes/lib/unsubscribe/public-listener.ts';

describe('openPublicListener', () => {
  it('goes on when connections cannot be accepted for a while', async () => {
    const settings = { address: '127.0.0.1', port: 0 };
    const listener = await openPublicListener(
      settings,
      ({ socket }, response) => {
        const { server } = socket as unknown as { server: Server };
        for (const code of ['EMFILE', 'EMFILE']) server.emit('error', new Error(code));
        response.end('page');
      },
      systemClock,
    );
    const answer = await fetch(`http://127.0.0.1:${listener.port}/`);
    assert.equal(await answer.text(), 'page');
    await listener.close();
  });
});
