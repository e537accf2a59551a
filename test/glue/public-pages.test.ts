import assert from 'node:assert/strict';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { NodeAPI } from 'node-red';
import { publicPages } from '../../nodes/glue/public-pages.ts';
import type { EmailError } from '../../nodes/lib/kernel/errors.ts';
import { appStage } from '../support/app-stage.ts';
import { headerOf, linkIn, unsubscribeSettings } from '../support/unsubscribe-app.ts';

describe('publicPages', () => {
  let server: Server;

  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('tells the owner when buttons are pressed as soon as the mails are sent', async () => {
    const { app, clock, delivered, send, suppressions } = appStage({ settings: unsubscribeSettings() });
    let listener: RequestListener = () => {};
    const httpNode = {
      use(handle: (...exchange: unknown[]) => void) {
        listener = (request, response) => handle(request, response, () => response.end());
      },
    };
    server = createServer((request, response) => listener(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const troubles: EmailError[] = [];
    const close = await publicPages({ httpNode } as unknown as NodeAPI, clock).open(app, (trouble) =>
      troubles.push(trouble),
    );
    const to = Array.from({ length: 12 }, (_, n) => `ann${n}@example.net`);
    await send({ to, subject: 'Hello', payload: 'Hi' });
    await clock.advance(10_000);
    for (const mail of delivered) {
      const { pathname } = new URL(linkIn(headerOf(mail)['list-unsubscribe']?.[0]));
      const path = pathname.replace('/red', '');
      const body = new URLSearchParams({ 'List-Unsubscribe': 'One-Click' });
      assert.equal((await fetch(`${origin}${path}`, { method: 'POST', body })).status, 200);
    }
    await clock.advance(10_000);
    assert.equal(await suppressions.count(), 12);
    assert.deepEqual(
      troubles.map(({ code, detail }) => [code, detail]),
      [['scanner-suspected', { count: 12, quick: 12 }]],
    );
    await close();
    await app.close();
  });
});
