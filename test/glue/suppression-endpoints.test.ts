import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { adminRoutes } from '../../nodes/glue/admin-routes.ts';
import { exportFiles } from '../../nodes/glue/export-files.ts';
import { suppressionEndpoints } from '../../nodes/glue/suppression-endpoints.ts';
import type { EmailApp } from '../../nodes/lib/app/email-app.ts';
import type { Access } from '../../nodes/lib/message-log/access-log.ts';
import type { SuppressionList } from '../../nodes/lib/suppression/suppression-list.ts';
import { type Answered, adminStage, ask, fromDialog } from '../support/admin-routes.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { memorySuppressionList } from '../support/memory-suppression-list.ts';

describe('the routes of the suppression list', () => {
  const folder = mkdtempSync(join(tmpdir(), 'email-app-exports-'));
  const clock = fakeClock();
  const files = exportFiles(join(folder, 'exports'), clock);
  let list: SuppressionList;
  let accesses: Access[];
  const stage = adminStage((RED) => {
    const noteAccess = async (access: Access) => void accesses.push(access);
    const app = () => ({ suppressions: list, messages: { noteAccess } }) as unknown as EmailApp;
    suppressionEndpoints(adminRoutes(RED), { appOf: async () => app(), files });
  });

  beforeEach(() => {
    list = memorySuppressionList();
    accesses = [];
  });
  after(() => rmSync(folder, { recursive: true }));

  const call = (path: string, more: object) =>
    ask(stage.find(path), { ...fromDialog({}), params: { id: 'n1' }, query: {}, ...more });
  const post = (path: string, body: object) => call(`POST /email-app/:id/suppressions${path}`, { body });
  const look = (query: object) => call('GET /email-app/:id/suppressions', { query });
  const opened = (query: object) =>
    call('GET /email-app/:id/opened/suppressions', { query, user: { username: 'ann' } });
  const codeOf = ({ status, body }: Answered) => [status, (body as { code?: string }).code];
  const linesOf = ({ body }: Answered) =>
    String(body)
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));

  const load = (text: string, type: string, more: object = {}) => {
    const body = Object.assign(Readable.from([Buffer.from(text)]), { complete: true });
    const headers = { 'x-email-app': '1', 'content-type': type };
    const request = Object.assign(body, { headers, params: { id: 'n1' }, query: {}, ...more });
    return ask(stage.find('POST /email-app/:id/suppressions/import'), request);
  };

  it('add, look at and remove one, with the reason in its history', async () => {
    const entry = { address: 'Ann@Example.net', listTopic: 'news', detail: 'she called' };
    assert.deepEqual((await post('', entry)).body, { added: true });
    assert.deepEqual((await post('', entry)).body, { added: false });
    const { entries } = (await look({ address: 'ann@example.net' })).body as { entries: object[] };
    assert.deepEqual(
      entries.map((one) => ({ ...one, at: 0 })),
      [
        {
          address: 'Ann@example.net',
          listTopic: 'news',
          cause: 'manual',
          method: 'api',
          at: 0,
          detail: 'she called',
          erased: false,
        },
      ],
    );
    const removal = { address: 'ann@example.net', listTopic: 'news', detail: 'she called again' };
    assert.deepEqual((await post('/remove', removal)).body, { removed: true });
    const { history } = (await look({ address: 'ann@example.net' })).body as {
      history: { detail: string }[];
    };
    assert.deepEqual(
      history.map(({ detail }) => detail),
      ['she called', 'she called again'],
    );
  });

  it('take back a complaint only when it is named', async () => {
    const entry = { address: 'a@example.net', cause: 'complaint', method: 'complaint', at: 1 } as const;
    await list.add([entry]);
    assert.deepEqual(codeOf(await post('/remove', { address: 'a@example.net' })), [
      404,
      'confirmation-needed',
    ]);
    const named = { address: 'a@example.net', cause: 'complaint', detail: 'a mistake' };
    assert.deepEqual((await post('/remove', named)).body, { removed: true });
  });

  it('erase a person, who is held all the same', async () => {
    await post('', { address: 'a@example.net' });
    assert.deepEqual((await post('/erase', { address: 'a@example.net' })).body, { erased: true });
    const { entries } = (await look({ address: 'a@example.net' })).body as { entries: { erased: boolean }[] };
    assert.deepEqual(
      entries.map(({ erased }) => erased),
      [true],
    );
  });

  it('do not tell where somebody was when they left', async () => {
    const evidence = { ip: '192.0.2.7', userAgent: 'Mozilla' };
    await list.add([{ address: 'a@example.net', cause: 'unsubscribe', method: 'page', at: 1, evidence }]);
    for (const { body } of [await look({ address: 'a@example.net' }), await opened({})])
      assert.doesNotMatch(JSON.stringify(body), /192\.0\.2\.7|Mozilla/);
  });

  const hostile: readonly [string, object][] = [
    ['', { address: 'a@example.net', cause: 'unsubscribe' }],
    ['', { address: 'a@example.net', action: 'erase' }],
    ['', { address: ['a@example.net'] }],
    ['', { address: 'a@example.net', listTopic: '../x' }],
    ['', { address: 'a@example.net', detail: 'x'.repeat(501) }],
    ['', []],
    ['/remove', {}],
    ['/remove', { address: 'a@example.net', cause: 'everything' }],
    ['/erase', { address: { toString: 'a@example.net' } }],
    ['/erase', { address: 'a@example.net', __proto__x: 1 }],
  ];
  for (const [path, body] of hostile)
    it(`refuse ${JSON.stringify(body).slice(0, 70)} to …/suppressions${path}`, async () => {
      assert.deepEqual(codeOf(await post(path, body)), [404, 'bad-request']);
      assert.equal(await list.count(), 0);
    });

  for (const query of [{}, { address: ['a', 'b'] }, { address: 'a@b.example', limit: '1' }])
    it(`refuse to look at ${JSON.stringify(query)}`, async () =>
      assert.deepEqual(codeOf(await look(query)), [404, 'bad-request']));

  it('list who is on it, page by page, once that is noted', async () => {
    await list.add(
      [1, 2, 3].map((n) => ({ address: `r${n}@example.net`, cause: 'manual', method: 'api', at: n })),
    );
    const page = (await opened({ limit: '2' })).body as { entries: object[]; next: string; count: number };
    assert.deepEqual([page.entries.length, page.count], [2, 3]);
    const rest = (await opened({ limit: '2', after: page.next })).body as { entries: object[] };
    assert.equal(rest.entries.length, 1);
    assert.deepEqual(
      accesses.map(({ user, what }) => [user, what]),
      Array(2).fill(['ann', 'suppressions']),
    );
    for (const limit of ['0', '1001', 'all', '1e2x'])
      assert.deepEqual(codeOf(await opened({ limit })), [404, 'bad-request'], limit);
  });

  it('import CSV as it comes, and say which rows are refused', async () => {
    const text = 'email,topic\r\na@example.net,news\r\nnobody\r\nb@example.net,\r\n';
    const lines = linesOf(await load(text, 'text/csv; charset=utf-8'));
    const { result } = lines.at(-1);
    assert.ok(lines.some(({ step }) => step?.phase === 'reading'));
    assert.deepEqual([result.read, result.added, result.refused], [3, 2, 1]);
    assert.deepEqual([result.refusals[0].line, result.refusals[0].code], [3, 'bad-address']);
    assert.equal(await list.count(), 2);
  });

  it('import lines of JSON', async () => {
    const entries = [
      {
        address: 'a@example.net',
        listTopic: 'news',
        cause: 'complaint',
        detail: 'two\nlines',
        at: 1_700_000_000_000,
      },
      { address: '@example.org' },
      { address: 'b@example.net', expiresAt: '2030-01-01T00:00:00Z', cause: 'manual' },
    ];
    const text = [...entries.map((one) => JSON.stringify(one)), 'nonsense', '', '[1]'].join('\n');
    const { result } = linesOf(await load(text, 'application/jsonl')).at(-1);
    assert.deepEqual([result.read, result.added, result.refused], [5, 3, 2]);
    assert.deepEqual(
      result.refusals.map(({ line }: { line: number }) => line),
      [4, 6],
    );
    const { entries: listed } = await list.list({ limit: 10 });
    assert.deepEqual(listed.map(({ address, cause, detail }) => [address, cause, detail]).sort(), [
      ['@example.org', 'import', undefined],
      ['a@example.net', 'complaint', 'two lines'],
      ['b@example.net', 'manual', undefined],
    ]);
  });

  it('import nothing of a body that ends in the middle, or that is of another kind', async () => {
    const cut = linesOf(await load('email\na@example.net\n', 'text/csv', { complete: false })).at(-1);
    assert.deepEqual([cut.result.code, cut.result.field], ['bad-request', 'body']);
    const json = linesOf(await load('[]', 'application/json')).at(-1);
    assert.deepEqual([json.result.code, json.result.field], ['bad-request', 'content-type']);
    const latin = linesOf(await load('email\na\u0000@example.net\n', 'text/csv')).at(-1);
    assert.equal(latin.result.refused, 1);
    assert.equal(await list.count(), 0);
  });

  for (const format of ['csv', 'jsonl'])
    it(`export ${format} that can be imported again, to be fetched once`, async () => {
      await load('email,topic,reason\na@example.net,news,"=1+1"\n@example.org,,\n', 'text/csv');
      const lines = linesOf(
        await call('POST /email-app/:id/opened/suppressions/export', { body: { format } }),
      );
      const { name, token } = lines.at(-1).result;
      assert.match(name, new RegExp(`^suppressions-\\d{4}-\\d\\d-\\d\\d\\.${format}$`));
      assert.deepEqual(
        accesses.map(({ what, subject }) => [what, subject]),
        [['export', 'suppressions']],
      );
      await assert.rejects(files.take('n2', token), { code: 'export-gone' });
      const { file, done } = await files.take('n1', token);
      const text = readFileSync(file, 'utf8');
      await done?.();
      await assert.rejects(files.take('n1', token), { code: 'export-gone' });
      assert.throws(() => readFileSync(file), { code: 'ENOENT' });
      const before = await list.list({ limit: 10 });
      list = memorySuppressionList();
      await load(text, format === 'csv' ? 'text/csv' : 'application/jsonl');
      const strip = ({ entries }: typeof before) =>
        entries.map(({ address, listTopic, detail }) => [address, listTopic, detail]);
      assert.deepEqual(strip(await list.list({ limit: 10 })), strip(before));
    });

  it('forget what was exported and not fetched', async () => {
    const { token } = await files.write('n1', 'x.csv', Readable.from(['x']));
    await clock.advance(10 * 60_000);
    await assert.rejects(files.take('n1', token), { code: 'export-gone' });
  });
});
