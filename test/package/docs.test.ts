import assert from 'node:assert/strict';
import { posix } from 'node:path';
import { errorSentences } from '../../nodes/lib/kernel/error-sentences.ts';
import { readAppSettings } from '../../nodes/lib/settings/read-app-settings.ts';
import { manageList } from '../../nodes/lib/suppression/manage-list.ts';
import { readManageRequest } from '../../nodes/lib/suppression/manage-request.ts';
import { allScenarios } from '../crash/scenarios/all-scenarios.ts';
import { memorySuppressionList } from '../support/memory-suppression-list.ts';
import { find, has, read, readJson } from './project.ts';

const stockSent = [
  ...[
    'to',
    'cc',
    'bcc',
    'from',
    'replyTo',
    'inReplyTo',
    'references',
    'topic',
    'title',
    'payload',
    'plaintext',
  ],
  ...['filename', 'description', 'attachments', 'priority', 'headers', 'header', 'envelope'],
];
const stockReceived = 'payload topic html from to cc date header attachments criteria'.split(' ');

const pages = ['README.md', 'CHANGELOG.md', 'SECURITY.md', ...find('docs/**/*.md')];

describe('the documentation', () => {
  it('names only source files that exist', () => {
    const sources = find('{nodes,test/{crash,editor,flows,fuzz,glue,lib,nodes,package,unsubscribe}}/**/*.ts');
    const named = pages.flatMap((page) =>
      [...read(page).matchAll(/`([\w./-]+\.ts)`/g)].map(([, file]) => ({ page, file: String(file) })),
    );
    assert.ok(named.length > 0);
    const missing = named.filter(({ file }) => !sources.some((path) => path.endsWith(`/${file}`)));
    assert.deepEqual(missing, []);
  });

  it('has a row for every crash that is tried, and names only tests of faults that exist', () => {
    const page = read('docs/faults.md');
    const [, killed = ''] = /^## Killed at any moment$([\s\S]*?)^## /m.exec(page) ?? [];
    const rows = [...killed.matchAll(/^\| (`[^|]+`) \|/gm)].flatMap(([, names = '']) => names.split(', '));
    const scenarios = allScenarios.map(({ name }) => `\`${name}\``);
    assert.deepEqual(rows.sort(), scenarios.sort());
    const named = [...page.matchAll(/\| (`[a-z-]+`(?:, `[a-z-]+`)*) \|$/gm)].flatMap(([, names = '']) =>
      names.split(', ').map((name) => name.slice(1, -1)),
    );
    const tests = find('test/faults/*.test.ts').map((path) => posix.basename(path, '.test.ts'));
    assert.ok(named.length > 20);
    assert.deepEqual(
      named.filter((name) => !tests.includes(name)),
      [],
    );
    assert.deepEqual(
      tests.filter((name) => !page.includes(`\`${name}\``) && name !== 'load-report'),
      [],
    );
  });

  it('has every feature of the reference product in its guide', () => {
    const [, table = ''] = read('docs/migrating/webex-connect.md').split(/^## Every feature and its place$/m);
    const rows = table.split(/^## /m)[0]?.match(/^\| (?!there|---).*\|$/gm) ?? [];
    assert.equal(rows.length, 47);
  });

  it('tells of every property that the stock e-mail nodes read or set, and shows flows that can be imported', () => {
    const guide = read('docs/migrating/node-red-node-email.md');
    const [sending, receiving] = guide.split(/^## Receiving: `e-mail in`/m);
    assert.deepEqual(
      stockSent.filter((name) => !sending?.includes(`\`msg.${name}`)),
      [],
    );
    assert.deepEqual(
      stockReceived.filter((name) => !receiving?.includes(`msg.${name}`)),
      [],
    );
    const flows = [...guide.matchAll(/```json (before|after)\n([^`]+)```/g)];
    const types = flows.map(([, , flow = '']) => JSON.parse(flow).map((node: { type: string }) => node.type));
    assert.deepEqual(types, [
      ['inject', 'e-mail'],
      ['inject', 'send-email', 'email-app', 'debug'],
    ]);
  });

  it('tells how long an app keeps what, where nobody changed it', () => {
    const { delivery, events, inbound, unsubscribe } = readAppSettings(
      { appId: 'app00001', identity: 'example.com', route: 'none' },
      {},
    );
    const days = {
      'results and': delivery.keepDays,
      'idempotency keys': delivery.keyDays,
      events: events.keepDays,
      evidence: unsubscribe.evidenceDays,
      'received mails that wait': inbound.setAsideDays,
    };
    const operating = read('docs/operating.md');
    const wrong = Object.entries(days).filter(
      ([what, count]) => !new RegExp(`^\\| ${what}[^|]* \\| ${count}\\b`, 'm').test(operating),
    );
    assert.deepEqual(wrong, []);
  });

  it('names only labels that the dialogs have', () => {
    const labels = find('nodes/locales/en-US/*.json').flatMap((path) => textsOf(readJson(path)));
    const others = ['http in', ...find('examples/*.json').map((path) => posix.basename(path, '.json'))];
    const known = [...labels, ...others].map((label) => label.toLowerCase());
    const unknown = ['docs/operating.md', 'docs/migrating/webex-connect.md'].flatMap((page) =>
      [...read(page).matchAll(/(?<=[\s(])_([^_|]+)_(?=[\s,.;:)])/g)]
        .map(([, label]) => String(label).replace(/\s+/g, ' '))
        .filter((label) => !known.some((one) => one.startsWith(label.toLowerCase()))),
    );
    assert.deepEqual(unknown, []);
  });

  it('shows a CSV that can be imported', async () => {
    const [, csv = ''] = /```csv\n([^`]+)```/.exec(read('docs/unsubscribe.md')) ?? [];
    const list = memorySuppressionList();
    const now = Date.UTC(2026, 5);
    const report = await manageList({ action: 'import', csv }, { suppressions: list, now });
    assert.deepEqual(report, { ...report, imported: true, rows: 3, added: 3, bad: 0 });
  });

  it('tells every action of the list, with properties that it takes', () => {
    const rows = [...read('docs/unsubscribe.md').matchAll(/^\| `(\w+)` +\| ([^|]+) \|/gm)];
    const requests = rows
      .slice(rows.findIndex(([, action]) => action === 'add'))
      .slice(0, 10)
      .map(([, action, takes = '']) => ({ action, ...samplesOf(takes) }));
    assert.throws(() => readManageRequest({ action: '' }), {
      message: new RegExp(requests.map(({ action }) => action).join(', ')),
    });
    for (const request of requests) assert.ok(readManageRequest(request), request.action);
  });

  it('names only error codes that exist', () => {
    const [, health = ''] = read('docs/operating.md').split(/^## Health$/m);
    const named = [...find('docs/providers/*.md').map(read), health].flatMap((text) =>
      [...text.matchAll(/^\| `([a-z]+(?:-[a-z]+)+)` /gm)].map(([, code]) => String(code)),
    );
    assert.ok(named.length > 0);
    assert.deepEqual(
      named.filter((code) => !(code in errorSentences)),
      [],
    );
  });

  it('links only to files that exist', () => {
    const links = pages.flatMap((page) =>
      [...read(page).matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, target]) => ({
        page,
        target: posix.join(posix.dirname(page), String(target)),
      })),
    );
    const missing = links.filter(({ target }) => !has(target));
    assert.deepEqual(missing, []);
  });

  it('links only to headings that exist', () => {
    const missing = pages.flatMap((page) =>
      [...read(page).matchAll(/\]\(([^)#:]*)#([^)]+)\)/g)]
        .map(([, file, heading]) => ({ page: file ? posix.join(posix.dirname(page), file) : page, heading }))
        .filter(({ page: target, heading }) => has(target) && !headingsOf(target).includes(String(heading))),
    );
    assert.deepEqual(missing, []);
  });
});

function textsOf(texts: object): string[] {
  return Object.values(texts).flatMap((value) => (typeof value === 'string' ? [value] : textsOf(value)));
}

/** As the usual renderers make them: lower case, hyphens for spaces, nothing else but letters and digits. */
function headingsOf(page: string): string[] {
  return [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    String(heading)
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

const samples: Readonly<Record<string, unknown>> = {
  address: 'ann@example.net',
  listTopic: 'news',
  cause: 'manual',
  detail: 'by phone',
  expiresAt: Date.UTC(2030, 0),
  confirm: true,
  class: 'marketing',
  limit: 100,
  after: 'x',
  csv: '',
  file: 'list.csv',
  skipBadRows: true,
  dryRun: true,
};

/** A value for each name in a cell; what stands in brackets is a default. */
function samplesOf(cell: string): object {
  const names = [...cell.replace(/\([^)]*\)/g, '').matchAll(/`(\w+)`/g)].map(([, name]) => String(name));
  return Object.fromEntries(names.map((name) => [name, samples[name]]));
}
