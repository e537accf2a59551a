import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import type { NodeAPI } from 'node-red';
import { adminRoutes, type LiveWork } from '../../nodes/glue/admin-routes.ts';
import { EmailError } from '../../nodes/lib/kernel/errors.ts';

/** The one that Node-RED serves its editor with. */
const express = createRequire(new URL('../../demo/package.json', import.meta.url))('express');

describe('a live route', () => {
  let server: Server;

  async function serve(work: LiveWork): Promise<string> {
    const httpAdmin = express();
    const needsPermission = () => (_request: object, _response: object, next: () => void) => next();
    adminRoutes({ httpAdmin, auth: { needsPermission } } as unknown as NodeAPI).live('work', work);
    server = createServer(httpAdmin).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/email-app/work`;
  }

  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

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
