import assert from 'node:assert/strict';
import type { NodeAPI } from 'node-red';
import { adminEndpoints } from '../../nodes/glue/admin-endpoints.ts';

type Handler = (request: object, response: object, next: () => void) => void;

interface Route {
  readonly path: string;
  readonly handlers: readonly Handler[];
}

const permissionAsked = new Map<Handler, string>();
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
    settings: { userDir: '/nowhere' },
    auth: { needsPermission },
    nodes: { getNode: () => null, getCredentials: () => undefined, eachNode() {} },
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

async function preview(path: string, more: object): Promise<Record<string, unknown>> {
  const route = routes.find((one) => one.path === `POST /email-app/${path}`)!;
  const body = { id: 'new', config: { ...config, ...more }, credentials: {} };
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
    const shown = await preview('preview-headers', {
      baseUrl: 'https://flows.example.com',
      unsubscribeEnabled: true,
      unsubscribeHeaders: true,
    });
    assert.match(String(shown.link), /^https:\/\/flows\.example\.com\/email-app\/app00001\/unsubscribe\//);
    assert.equal((shown.headers as unknown[]).length, 2);
  });

  it('name what is missing for the headers', async () => {
    const { code, field } = await preview('preview-headers', { unsubscribeEnabled: true });
    assert.deepEqual([code, field], ['missing-base-url', 'baseUrl']);
  });

  it('show the page', async () => {
    const { html } = await preview('preview-page', { pageOrganisation: 'Example Shop', pageLanguage: 'fr' });
    assert.match(String(html), /<html lang="fr"[\s\S]*Example Shop/);
  });

  it('name the setting that keeps the page from being shown', async () => {
    const { code, field } = await preview('preview-page', { pageLogo: 'https://example.com/logo.png' });
    assert.deepEqual([code, field], ['bad-settings', 'pageLogo']);
  });
});
