import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import type { NodeAPI } from 'node-red';
import { type AdminRoutes, adminRoutes, type LiveWork } from '../../nodes/glue/admin-routes.ts';
import { EmailError } from '../../nodes/lib/kernel/errors.ts';
import { mailFile } from '../support/mail-file.ts';

/** The one that Node-RED serves its editor with. */
const express = createRequire(new URL('../../demo/package.json', import.meta.url))('express');

let server: Server;

async function serveRoutes(mount: (routes: AdminRoutes) => void): Promise<string> {
  const httpAdmin = express();
  const needsPermission = () => (_request: object, _response: object, next: () => void) => next();
  mount(adminRoutes({ httpAdmin, auth: { needsPermission } } as unknown as NodeAPI));
  server = createServer(httpAdmin).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/email-app/work`;
}

function closeServer(): void {
  server.closeAllConnections();
  server.close();
}

describe('a download', () => {
  afterEach(closeServer);

  const get = (url: string) => fetch(url, { headers: { 'x-email-app': '1' } });

  it('is a file to be saved, which no browser takes for a page', async () => {
    const file = mailFile('<script>alert(1)</script>');
    const url = await serveRoutes((routes) =>
      routes.download('work', async () => ({ file, name: 'mail-1.eml', size: 25 })),
    );
    const answer = await get(url);
    assert.equal(await answer.text(), '<script>alert(1)</script>');
    assert.equal(answer.headers.get('content-disposition'), 'attachment; filename="mail-1.eml"');
    assert.equal(answer.headers.get('content-type'), 'application/octet-stream');
    assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
  });

  it('ends with the failure in words', async () => {
    const url = await serveRoutes((routes) =>
      routes.download('work', () => Promise.reject(new EmailError('mail-not-aside'))),
    );
    const answer = await get(url);
    assert.deepEqual([answer.status, (await answer.json()).code], [404, 'mail-not-aside']);
  });

  it('is cut off when its file cannot be read', async () => {
    const url = await serveRoutes((routes) =>
      routes.download('work', async () => ({ file: '/nowhere/mail.eml', name: 'mail-1.eml', size: 25 })),
    );
    await assert.rejects(get(url).then((answer) => answer.text()));
  });
});

describe('a live route', () => {
  const serve = (work: LiveWork) => serveRoutes((routes) => routes.live('work', work));

  afterEach(closeServer);

  const post = (url: string, signal?: AbortSignal) =>
    fetch(url, { method: 'POST', headers: { 'x-email-app': '1' }, signal });

  it('tells each step before the next begins', async () => {
    let goOn = (): void => {};
    const url = await serve(async (_request, onStep) => {
      onStep({ text: 'one' });
      await new Promise<void>((resolve) => {
        goOn = resolve;
      });
      onStep({ text: 'two' });
      return { well: true };
    });
    const { body } = await post(url);
    const lines = body!.pipeThrough(new TextDecoderStream()).getReader();
    assert.equal((await lines.read()).value, '{"step":{"text":"one"}}\n');
    goOn();
    let rest = '';
    for (let piece = await lines.read(); !piece.done; piece = await lines.read()) rest += piece.value;
    assert.equal(rest, '{"step":{"text":"two"}}\n{"result":{"well":true}}\n');
  });

  it('ends with the failure in words', async () => {
    const url = await serve(async () => {
      throw new EmailError('no-route');
    });
    const { result } = JSON.parse(await (await post(url)).text());
    assert.deepEqual([result.code, result.text], ['no-route', new EmailError('no-route').message]);
  });

  it('does its work to the end when the dialog is closed meanwhile', async () => {
    const leave = new AbortController();
    let ended = (): void => {};
    const end = new Promise<void>((resolve) => {
      ended = resolve;
    });
    const url = await serve(async (request, onStep) => {
      onStep({ text: 'one' });
      leave.abort();
      await once(request.res!, 'close');
      onStep({ text: 'two' });
      ended();
    });
    await assert.rejects(
      post(url, leave.signal).then((answer) => answer.text()),
      { name: 'AbortError' },
    );
    await end;
  });
});
