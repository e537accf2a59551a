import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NodeAPI } from 'node-red';
import { adminRoutes } from '../../nodes/glue/admin-routes.ts';
import { receivedEndpoints } from '../../nodes/glue/received-endpoints.ts';
import type { EmailApp } from '../../nodes/lib/app/email-app.ts';
import { readMail } from '../../nodes/lib/inbound/read-mail.ts';
import type { Access } from '../../nodes/lib/message-log/access-log.ts';
import { receivedShelf } from '../../nodes/lib/store/received-shelf.ts';
import { type Answered, adminStage, ask, fromDialog } from '../support/admin-routes.ts';
import { fixedKeys } from '../support/fixed-keys.ts';

/** The one that Node-RED serves its editor with. */
const express = createRequire(new URL('../../demo/package.json', import.meta.url))('express');

const raw = [
  'From: Ann <ann@example.net>',
  'To: us@example.com',
  'Subject: Hello',
  'X-Odd: one',
  'X-Odd: two',
  'Content-Type: multipart/mixed; boundary=b',
  '',
  '--b',
  'Content-Type: text/html',
  '',
  '<p>secret</p><script>alert(1)</script>',
  '--b',
  'Content-Type: text/plain; name="../../a b.txt"',
  'Content-Disposition: attachment; filename="../../a b.txt"',
  '',
  'attached',
  '--b--',
  '',
].join('\r\n');

describe('the routes of received mails', () => {
  const folder = mkdtempSync(join(tmpdir(), 'email-app-received-'));
  const id = `${Date.UTC(2026, 10, 24).toString(36).padStart(9, '0')}-1`;
  let accesses: Access[] = [];
  let noteFails = false;
  let names = 0;
  const newId = () => `opened-${++names}`;
  const kept = receivedShelf({ folder, keys: fixedKeys(), appId: 'app00001', maxBytes: 1e9, newId });
  const last = { at: 1, from: 'forwarding-noreply@google.com', code: '123456' };
  const mailRoom = { kept, codes: { last: async () => last } };
  const noteAccess = async (access: Access) => {
    if (noteFails) throw new Error('the log cannot be written');
    accesses.push(access);
  };
  const app = { mailRoom, messages: { noteAccess } } as unknown as EmailApp;
  const stage = adminStage((RED) => receivedEndpoints(adminRoutes(RED), async () => app));

  before(async () => {
    const file = join(folder, 'raw.eml');
    writeFileSync(file, raw);
    const facts = {
      source: 'smtp',
      envelope: { from: 'ann@example.net', to: ['us@example.com'] },
      receivedAt: 1,
    } as const;
    const mail = { ...(await readMail(file, facts)), kind: 'mail' } as const;
    await kept.keep({ id, mail, source: 'smtp', receivedAt: 1, redelivered: false, file });
  });
  beforeEach(() => {
    accesses = [];
    noteFails = false;
  });
  after(() => rmSync(folder, { recursive: true }));

  const get = (path: string, params: object = {}, query: object = {}) =>
    ask(stage.find(`GET /email-app/:id/opened/${path}`), {
      ...fromDialog({}),
      params: { id: 'n1', ...params },
      query,
    });
  const noted = () => accesses.map(({ what, subject }) => [what, subject]);
  const codeOf = ({ status, body }: Answered) => [status, (body as { code?: string }).code];
  /** It goes when the last of it has left, which may be after it came. */
  const noneLeftOpen = async () => {
    const file = join(folder, 'received', 'opened', `opened-${names}`);
    for (let turn = 0; turn < 1000 && existsSync(file); turn += 1)
      await new Promise((resolve) => setImmediate(resolve));
    assert.ok(!existsSync(file));
  };

  it('list them, once that is noted', async () => {
    const { mails } = (await get('received')).body as {
      mails: { id: string; subject: string; attachments: number }[];
    };
    assert.deepEqual(
      mails.map(({ id: one, subject, attachments }) => [one, subject, attachments]),
      [[id, 'Hello', 1]],
    );
    assert.deepEqual(noted(), [['list', 'received']]);
  });

  for (const query of [{ limit: '0' }, { limit: '1000' }, { limit: 'x' }, { limit: ['1'] }, { after: ['a'] }])
    it(`refuse a list of ${JSON.stringify(query)}`, async () =>
      assert.deepEqual(codeOf(await get('received', {}, query)), [400, 'bad-query']));

  it('show one as our reader has it, and leave nothing of it in the clear', async () => {
    const body = (await get('received/:mail', { mail: id })).body as Record<string, unknown>;
    assert.deepEqual([body.subject, body.html], ['Hello', '<p>secret</p><script>alert(1)</script>']);
    assert.deepEqual(body.attachments, [{ filename: 'a b.txt', contentType: 'text/plain', size: 8 }]);
    const odd = (body.headers as [string, string][]).filter(([name]) => name === 'x-odd');
    assert.deepEqual(odd, [
      ['x-odd', 'one'],
      ['x-odd', 'two'],
    ]);
    assert.deepEqual(noted(), [['received', id]]);
    await noneLeftOpen();
  });

  describe('to be saved', () => {
    let server: Server;
    let url = '';
    before(async () => {
      const httpAdmin = express();
      const auth = {
        needsPermission: () => (_request: unknown, _response: unknown, next: () => void) => next(),
      };
      receivedEndpoints(adminRoutes({ httpAdmin, auth } as unknown as NodeAPI), async () => app);
      server = httpAdmin.listen(0, '127.0.0.1');
      await once(server, 'listening');
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/email-app/n1/opened/received/${id}`;
    });
    after(() => server.close());
    const save = (path: string) => fetch(`${url}/${path}`, { headers: { 'x-email-app': '1' } });

    it('give the mail as it came, and leave nothing of it in the clear', async () => {
      const answer = await save('source');
      assert.equal(await answer.text(), raw);
      assert.match(
        answer.headers.get('content-disposition') ?? '',
        /^attachment; filename="received-[\w-]+\.eml"$/,
      );
      assert.deepEqual(noted(), [['source', id]]);
      await noneLeftOpen();
    });

    it('give an attachment under a harmless name, never as a page', async () => {
      const answer = await save('attachments/0');
      assert.equal(await answer.text(), 'attached');
      assert.equal(answer.headers.get('content-disposition'), 'attachment; filename="a-b.txt"');
      assert.equal(answer.headers.get('content-type'), 'application/octet-stream');
      assert.deepEqual(noted(), [['attachment', id]]);
      await noneLeftOpen();
    });
  });

  it('know no mail that is not there', async () => {
    for (const mail of ['none', '../../app.sqlite', `${'0'.repeat(9)}-1`])
      assert.deepEqual(codeOf(await get('received/:mail', { mail })), [404, 'no-such-mail']);
    for (const index of ['1', '-1', '0x0', '00000'])
      assert.deepEqual(
        codeOf(await get('received/:mail/attachments/:index', { mail: id, index })),
        [404, 'no-such-mail'],
        index,
      );
  });

  it('show nothing that could not be noted', async () => {
    noteFails = true;
    for (const path of ['received', 'received/:mail', 'received/:mail/source', 'forwarding-code'])
      assert.deepEqual(codeOf(await get(path, { mail: id })), [404, 'internal-error'], path);
  });

  it('show the code that a mail service wants confirmed', async () => {
    assert.deepEqual((await get('forwarding-code')).body, last);
    assert.deepEqual(noted(), [['forwarding-code', '']]);
  });
});
