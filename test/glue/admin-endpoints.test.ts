import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NodeAPI } from 'node-red';
import { adminEndpoints } from '../../nodes/glue/admin-endpoints.ts';
import { fixedKeys } from '../support/fixed-keys.ts';

type Handler = (request: object, response: object, next: () => void) => void;

interface Route {
  readonly path: string;
  readonly handlers: readonly Handler[];
}

const userDir = mkdtempSync(join(tmpdir(), 'email-app-admin-'));
const permissionAsked = new Map<Handler, string>();
const nodes = new Map<string, object>();
const routes = collectRoutes();
const config = { appId: 'app00001', name: 'Shop', identity: 'example.com', route: 'capture' };

/** Everything the package mounts on the admin side of a Node-RED that only listens. */
function collectRoutes(): Route[] {
  const mounted: Route[] = [];
  const mount =
    (method: string) =>
    (path: string, ...handlers: Handler[]) => {
      mounted.push({ path: `${method} ${path}`, handlers });
    };
  const needsPermission = (scope: string) => {
    const guard: Handler = (_request, _response, next) => next();
    permissionAsked.set(guard, scope);
    return guard;
  };
  adminEndpoints({
    settings: { userDir },
    auth: { needsPermission },
    nodes: { getNode: (id: string) => nodes.get(id) ?? null, getCredentials: () => undefined, eachNode() {} },
    httpAdmin: { get: mount('GET'), post: mount('POST'), delete: mount('DELETE') },
  } as unknown as NodeAPI);
  return mounted;
}

/** Status and body of the answer once all guards were passed, or of the guard that stopped it. */
function ask({ handlers }: Route, request: object): Promise<{ status: number; body: unknown }> {
  return new Promise((resolve) => {
    let status = 200;
    const response = {
      status(code: number) {
        status = code;
        return response;
      },
      json: (body: unknown) => resolve({ status, body }),
    };
    const step = (index: number) => handlers[index]?.(request, response, () => step(index + 1));
    step(0);
  });
}

async function post(path: string, more: object, to?: string): Promise<Record<string, unknown>> {
  const route = routes.find((one) => one.path === `POST /email-app/${path}`)!;
  const body = { id: 'n1', config: { ...config, ...more }, credentials: {}, to };
  return (await ask(route, { headers: { 'x-email-app': '1' }, body })).body as Record<string, unknown>;
}

describe('the dialogs’ routes', () => {
  for (const route of routes) {
    it(`${route.path} asks for a permission first`, () => {
      const scope = permissionAsked.get(route.handlers[0]!);
      assert.equal(scope, `email-app.${route.path.startsWith('GET') ? 'read' : 'write'}`);
    });

    it(`${route.path} refuses a request that another site could have sent`, async () => {
      assert.equal((await ask(route, { headers: {}, params: {}, body: {} })).status, 403);
    });
  }

  it('show headers and link of a dialog that was never deployed', async () => {
    const shown = await post('preview-headers', {
      baseUrl: 'https://flows.example.com',
      unsubscribeEnabled: true,
      unsubscribeHeaders: true,
    });
    assert.match(String(shown.link), /^https:\/\/flows\.example\.com\/email-app\/app00001\/unsubscribe\//);
    assert.equal((shown.headers as unknown[]).length, 2);
  });

  describe('for a test mail', () => {
    const dialog = {
      baseUrl: 'https://flows.example.com',
      unsubscribeEnabled: true,
      sender: 'a@example.com',
    };
    const textOf = async (node?: object) => {
      nodes.set('n1', node ?? {});
      return String((await post('test-mail', dialog, 'ann@example.net')).text);
    };
    const node = (appId: string) => ({
      type: 'email-app',
      running: Promise.resolve({ settings: { appId }, keys: fixedKeys() }),
    });
    afterEach(() => {
      nodes.clear();
      rmSync(userDir, { recursive: true, force: true });
    });

    it('borrow the keys of the app that runs', async () =>
      assert.match(await textOf(node('app00001')), /List-Unsubscribe headers are real/));

    it('borrow none of another app, of one that could not be opened or of a node of another kind', async () => {
      const failed = Promise.reject(new Error('closed'));
      failed.catch(() => {});
      const others = [node('app00002'), { type: 'email-app', running: failed }, { type: 'x', running: true }];
      for (const other of [undefined, ...others]) assert.match(await textOf(other), /not deployed yet/);
    });
  });

  it('name what is missing for the headers', async () => {
    const { code, field } = await post('preview-headers', { unsubscribeEnabled: true });
    assert.deepEqual([code, field], ['missing-base-url', 'baseUrl']);
  });

  it('show the page', async () => {
    const { html } = await post('preview-page', { pageOrganisation: 'Example Shop', pageLanguage: 'fr' });
    assert.match(String(html), /<html lang="fr"[\s\S]*Example Shop/);
  });

  it('name the setting that keeps the page from being shown', async () => {
    const { code, field } = await post('preview-page', { pageLogo: 'https://example.com/logo.png' });
    assert.deepEqual([code, field], ['bad-settings', 'pageLogo']);
  });
});
