import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { adminEndpoints } from '../../nodes/glue/admin-endpoints.ts';
import { deployedApps } from '../../nodes/glue/deployed-apps.ts';
import type { RunningApps } from '../../nodes/glue/running-app.ts';
import { adminStage, ask, fromDialog } from '../support/admin-routes.ts';
import { fixedKeys } from '../support/fixed-keys.ts';

const userDir = mkdtempSync(join(tmpdir(), 'email-app-admin-'));
const nodes = new Map<string, object>();
const stage = adminStage((RED) => adminEndpoints(RED, {} as RunningApps, deployedApps()), { userDir }, nodes);
const config = { appId: 'app00001', name: 'Shop', identity: 'example.com', route: 'capture' };

/** Where the provider sends the browser to, and what a load balancer asks: they have no session of the editor. */
const open = ['GET /email-app/oauth/callback', 'GET /email-app/health'];
/** Who scrapes it sends no header of ours. */
const metrics = 'GET /email-app/metrics';
const guarded = stage.routes.filter(({ path }) => !open.includes(path) && path !== metrics);
const scopeOf = (path: string) =>
  path.includes('/opened/') ? 'decrypt' : path.startsWith('GET') ? 'read' : 'write';

async function post(path: string, more: object, to?: string): Promise<Record<string, unknown>> {
  const body = { id: 'n1', config: { ...config, ...more }, credentials: {}, to };
  const { body: answer } = await ask(stage.find(`POST /email-app/${path}`), fromDialog(body));
  return answer as Record<string, unknown>;
}

describe('the dialogs’ routes', () => {
  it('are all guarded but three', () => assert.equal(stage.routes.length - guarded.length, 3));

  it('give metrics to those who may read', () =>
    assert.equal(stage.permissionAsked.get(stage.find(metrics).handlers[0]!), 'email-app.read'));

  for (const route of guarded) {
    it(`${route.path} asks for a permission first`, () => {
      const scope = stage.permissionAsked.get(route.handlers[0]!);
      assert.equal(scope, `email-app.${scopeOf(route.path)}`);
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

  it('tell how the sources of an app stand', async () => {
    const state = { sources: [{ source: 'smtp', connected: true }], waiting: 2, setAside: 0 };
    const mailRoom = { state: () => state, forwardingAddress: 'in-x@mail-in.example.com' };
    nodes.set('n1', { type: 'email-app', running: Promise.resolve({ mailRoom }) });
    const request = { ...fromDialog({}), params: { id: 'n1' } };
    const { body } = await ask(stage.find('GET /email-app/:id/inbound'), request);
    nodes.clear();
    assert.deepEqual(body, { ...state, forwardingAddress: 'in-x@mail-in.example.com' });
  });

  it('do with a mail that was set aside what a person says', async () => {
    const said: unknown[] = [];
    const aside = {
      list: async () => [{ id: 'm-1' }],
      retry: async (id?: string) => said.push(['retry', id]),
      forget: async (id: string) => said.push(['forget', id]),
    };
    nodes.set('n1', { type: 'email-app', running: Promise.resolve({ mailRoom: { aside } }) });
    const request = { ...fromDialog({}), params: { id: 'n1', mail: 'm-1' } };
    const answer = async (path: string) => (await ask(stage.find(path), request)).body;
    assert.deepEqual(await answer('GET /email-app/:id/inbound/aside'), [{ id: 'm-1' }]);
    await answer('POST /email-app/:id/inbound/aside/:mail/retry');
    await answer('POST /email-app/:id/inbound/retry');
    await answer('DELETE /email-app/:id/inbound/aside/:mail');
    nodes.clear();
    assert.deepEqual(said, [
      ['retry', 'm-1'],
      ['retry', undefined],
      ['forget', 'm-1'],
    ]);
  });

  it('say what a mailbox lacks before it is tried', async () => {
    const { ok, code, field } = await post('test-imap', { inboundImap: true, imapHost: 'imap.example.com' });
    assert.deepEqual([ok, code, field], [false, 'bad-settings', 'imapUser']);
    assert.equal((await post('test-imap', {})).field, 'inboundImap');
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
