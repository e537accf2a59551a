import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { sendTestMail } from '../../../nodes/lib/app/test-route.ts';
import { systemClock } from '../../../nodes/lib/kernel/clock.ts';
import type { KeyRing } from '../../../nodes/lib/keys/key-ring.ts';
import type { AppSettings } from '../../../nodes/lib/settings/app-settings.ts';
import { type FakeSmtpServer, fakeSmtpServer } from '../../support/fake-smtp-server.ts';
import { fixedKeys } from '../../support/fixed-keys.ts';
import { temporaryFolder } from '../../support/sqlite-outbox.ts';
import { claimsOf, headerOf, linkIn, unsubscribeSettings } from '../../support/unsubscribe-app.ts';

describe('a test mail', () => {
  const { folder, remove } = temporaryFolder();
  let server: FakeSmtpServer;
  before(async () => {
    server = await fakeSmtpServer();
  });
  after(async () => {
    await server.close();
    remove();
  });

  async function sent(settings: AppSettings, keys?: KeyRing) {
    const dkim = settings.route.kind === 'smtp' ? settings.route.dkim : undefined;
    const world = { clock: systemClock, folder, newId: () => 'test-mail', keys };
    const answer = await sendTestMail(
      { ...settings, route: server.route({ dkim }) },
      'ann@example.net',
      world,
    );
    const headers = headerOf({ raw: Buffer.from(server.mails.at(-1)?.raw ?? '') });
    return { answer, headers };
  }

  it('has the headers of a real mail, with a link that the running app opens', async () => {
    const { answer, headers } = await sent(unsubscribeSettings({ mailto: 'bye@example.com' }), fixedKeys());
    const [header] = headers['list-unsubscribe'] ?? [];
    const { address, listTopic } = claimsOf(linkIn(header)) ?? {};
    assert.deepEqual([address, listTopic], ['ann@example.net', undefined]);
    assert.match(header ?? '', /<mailto:bye@example\.com\?subject=/);
    assert.deepEqual(headers['list-unsubscribe-post'], ['List-Unsubscribe=One-Click']);
    assert.match(answer, /headers are real: whoever uses them gets no more mail\. The server said: 250/);
  });

  it('has them inside the signature of the app', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const dkim = { domain: 'example.com', selector: 'mail2026', privateKey: pem };
    const settings = unsubscribeSettings({}, { route: server.route({ dkim }) });
    const [signature = ''] = (await sent(settings, fixedKeys())).headers['dkim-signature'] ?? [];
    assert.match(signature.replace(/\s/g, ''), /h=[^;]*list-unsubscribe:[^;]*list-unsubscribe-post/i);
  });

  const without: [string, AppSettings, RegExp][] = [
    [
      'without a base URL',
      unsubscribeSettings({}, { baseUrl: undefined }),
      /because the app has no public base URL\./,
    ],
    ['over http', unsubscribeSettings({}, { baseUrl: 'http://127.0.0.1:1880' }), /URL is not https\./],
    [
      'from a skip sender',
      unsubscribeSettings({ skipSenders: [{ sender: 'shop@example.com', sendAnyway: false }] }),
      /^Sent to ann@example\.net\. The server/,
    ],
    [
      'with the headers off',
      unsubscribeSettings({ headers: false }),
      /^Sent to ann@example\.net\. The server/,
    ],
    [
      'with unsubscribing off',
      unsubscribeSettings({ enabled: false }),
      /^Sent to ann@example\.net\. The server/,
    ],
  ];
  for (const [name, settings, said] of without) {
    it(`goes without them ${name}, and says why where one would wonder`, async () => {
      const { answer, headers } = await sent(settings, fixedKeys());
      assert.equal(headers['list-unsubscribe'], undefined);
      assert.match(answer, said);
    });
  }

  it('goes without them before the first deploy, says so, and makes no keys', async () => {
    const { answer, headers } = await sent(unsubscribeSettings());
    assert.equal(headers['list-unsubscribe'], undefined);
    assert.match(answer, /without List-Unsubscribe headers, because the app was not deployed yet\./);
    assert.deepEqual(readdirSync(folder), []);
  });
});
