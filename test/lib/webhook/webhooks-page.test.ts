import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { webexBody } from '../../../nodes/lib/webhook/body/webex-body.ts';
import { webhookBody } from '../../../nodes/lib/webhook/body/webhook-body.ts';
import { failureOf } from '../../../nodes/lib/webhook/post/answer-of.ts';
import { signWebhook } from '../../../nodes/lib/webhook/sign-webhook.ts';
import type { WebhookFormat } from '../../../nodes/lib/webhook/webhook-settings.ts';

const page = readFileSync(new URL('../../../docs/webhooks.md', import.meta.url), 'utf8');
const secretOf = (byte: number) => `whsec_${Buffer.alloc(32, byte).toString('base64')}`;
const [secret, newSecret, strange] = [secretOf(1), secretOf(2), secretOf(3)];
const sample = JSON.parse(block('json'));
const event = sample.data;
const { body } = webhookBody({ kind: 'event', event }, { kind: 'standard' }) ?? { body: '' };

function block(language: string): string {
  const found = new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``).exec(page)?.[1];
  assert.ok(found, `there is no ${language}`);
  return found;
}

function signed(secrets: readonly string[], format: WebhookFormat = { kind: 'standard' }, now = Date.now()) {
  return signWebhook({ id: event.id, body, now, settings: { format, secrets } });
}

type Check = (headers: object, body: string, secret: string) => boolean;

describe('the page about webhooks', () => {
  let folder: string;

  /** The code of the page, as whoever copied it would run it. */
  async function run(language: string): Promise<Record<string, unknown>> {
    const file = join(folder, `${language.replace(' ', '-')}.mjs`);
    await writeFile(file, block(language));
    return import(pathToFileURL(file).href);
  }

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'webhooks-page-'));
    await symlink(
      new URL('../../../node_modules', import.meta.url),
      join(folder, 'node_modules'),
      'junction',
    );
  });

  after(() => rm(folder, { recursive: true, force: true }));

  it('shows a body as it is posted', () => assert.deepEqual(JSON.parse(body), sample));

  it('has code with the library that takes ours and no other', async () => {
    process.env.WEBHOOK_SECRET = newSecret;
    const log = console.log;
    const { server } = (await run('js library')) as { server: Server };
    const said: unknown[][] = [];
    console.log = (...words) => said.push(words);
    try {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
      const post = async (headers: Record<string, string>, text = body) =>
        (await fetch(url, { method: 'POST', headers, body: text })).status;
      assert.equal(await post(signed([secret, newSecret])), 204);
      assert.equal(await post(signed([strange])), 401);
      assert.equal(await post(signed([newSecret]), `${body} `), 401);
      assert.equal(await post(signed([])), 401);
    } finally {
      console.log = log;
      delete process.env.WEBHOOK_SECRET;
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
    assert.deepEqual(said, [[event.id, 'email.bounced', 'ann@example.com']]);
  });

  it('has code for Node.js alone that takes ours and no other', async () => {
    const { isGenuine } = (await run('js plain')) as { isGenuine: Check };
    for (const known of [secret, newSecret]) assert.ok(isGenuine(signed([secret, newSecret]), body, known));
    assert.ok(isGenuine(signed([secret]), Buffer.from(body) as unknown as string, secret));
    const headers = signed([secret]);
    const late = signed([secret], { kind: 'standard' }, Date.now() - 301_000);
    for (const [given, text, known] of [
      [headers, body, strange],
      [headers, `${body} `, secret],
      [{ ...headers, 'webhook-id': 'x' }, body, secret],
      [{ ...headers, 'webhook-id': undefined }, body, secret],
      [{ ...headers, 'webhook-timestamp': undefined }, body, secret],
      [{ ...headers, 'webhook-timestamp': 'x' }, body, secret],
      [{ ...headers, 'webhook-signature': headers['webhook-signature']?.replace('v1', 'v2') }, body, secret],
      [signed([]), body, secret],
      [late, body, secret],
      [signed([secret], { kind: 'standard' }, Date.now() + 301_000), body, secret],
    ] as const) {
      assert.equal(isGenuine(given, text, known), false, JSON.stringify(given));
    }
  });

  it('has code for x-hub-signature that takes ours and no other', async () => {
    const { isGenuine } = (await run('js hub')) as { isGenuine: Check };
    for (const hash of ['sha256', 'sha512'] as const) {
      const headers = signed(['sixteen or more…'], { kind: 'webex', hash, timeZone: 'UTC' });
      assert.ok(isGenuine(headers, body, 'sixteen or more…'));
      assert.equal(isGenuine(headers, `${body} `, 'sixteen or more…'), false);
      assert.equal(isGenuine(headers, body, 'another secret...'), false);
    }
    assert.equal(isGenuine({}, body, secret), false);
    assert.equal(isGenuine({ 'x-hub-signature': 'md5=00' }, body, secret), false);
  });

  it('has a template that can be filled', () => {
    const template: unknown = JSON.parse(block('json template'));
    const made = webhookBody({ kind: 'event', event }, { kind: 'template', template });
    assert.deepEqual(JSON.parse(made?.body ?? ''), {
      text: 'email.bounced: ann@example.com',
      at: event.at,
      detail: event.detail,
    });
  });

  it('tells status and code of the reference format as they are posted', () => {
    const rows = [...page.matchAll(/^\| (.*`email\.\w+`.*?) \| (\w[\w ]*) \| (\d{4}) \| ([^|]+) \|$/gm)];
    assert.ok(rows.length >= 14);
    for (const [, about = '', status, code, words = ''] of rows) {
      for (const changed of eventsOf(about)) {
        const text = webexBody({ kind: 'event', event: { ...event, ...changed } }, 'UTC') ?? '{}';
        const { deliveryInfo } = JSON.parse(text).deliveryInfoNotification;
        assert.deepEqual([deliveryInfo.deliveryStatus, deliveryInfo.code], [status, code], about);
        if (/^[A-Z][\w ]+$/.test(words)) assert.equal(deliveryInfo.Description, words, about);
      }
    }
  });

  it('tells every code of a failed try', () => {
    const told = page.slice(page.indexOf('## Codes'));
    for (const code of ['ENOTFOUND', 'ECONNREFUSED', 'EPROTO', 'HPE_X', 'UND_ERR_ABORTED', 'other']) {
      const answer = failureOf({ code });
      assert.ok('code' in answer && told.includes(`\`${answer.code}\``), code);
    }
  });
});

/** `email.failed`, codes `a`, `b` is two events; types without a code are one each. */
function eventsOf(about: string): object[] {
  const names = [...about.matchAll(/`([\w.-]+)`/g)].map(([, name = '']) => name);
  const types = names.filter((name) => name.startsWith('email.'));
  const codes = names.filter((name) => !name.startsWith('email.'));
  return types.flatMap((type) => {
    const ofType = codes.length > 0 && (types.length === 1 || type === 'email.failed') ? codes : [undefined];
    return ofType.map((code) => ({ type, code }));
  });
}
