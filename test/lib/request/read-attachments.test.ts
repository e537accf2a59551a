import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAttachments } from '../../../nodes/lib/request/read-attachments.ts';
import type { SendFields } from '../../../nodes/lib/request/send-fields.ts';
import { assertRefused } from '../../support/assert-refused.ts';
import { sampleSettings } from '../../support/sample-settings.ts';

const settings = sampleSettings();
const hello = Buffer.from('Hello');
const read = (attachments: unknown) => readAttachments({ attachments }, settings);
const text = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString();

describe('readAttachments', () => {
  it('takes one attachment or a list', async () => {
    assert.equal((await read({ filename: 'a.txt', content: hello })).length, 1);
    assert.equal((await read([{ content: hello }, { content: hello }])).length, 2);
    assert.deepEqual(await read(undefined), []);
  });

  const contents: [string, object][] = [
    ['a Buffer', { content: hello }],
    ['bytes', { content: new Uint8Array(hello) }],
    ['base64', { content: 'SGVsbG8=' }],
    ['base64 that says so, in lines', { content: 'SGVs\r\nbG8=', encoding: 'base64' }],
    ['text that says so', { content: 'Hello', encoding: 'utf8' }],
    ['a Buffer that went through JSON', { content: JSON.parse(JSON.stringify(hello)) }],
  ];
  for (const [name, attachment] of contents) {
    it(`takes ${name}`, async () => assert.equal(text((await read(attachment))[0]?.content), 'Hello'));
  }

  it('takes a large base64 text, and lets others have their turn meanwhile', async () => {
    const content = randomBytes(3_000_001);
    let turns = 0;
    let isRead = false;
    const takeTurns = (): void => {
      turns += 1;
      if (!isRead) setImmediate(takeTurns);
    };
    setImmediate(takeTurns);
    const [attachment] = await read({ content: content.toString('base64') });
    isRead = true;
    assert.ok(content.equals(attachment?.content ?? hello));
    assert.ok(turns >= 3, `${turns}`);
  });

  it('refuses padding in the middle of a large base64 text', async () => {
    const quarter = `${'QUJD'.repeat(256 * 1024 - 1)}QQ==`;
    await assertRefused(
      () => read({ content: `${quarter}QUJD` }),
      'bad-attachment',
      'attachments[0].content',
    );
  });

  it('knows the type by the name, and a name by the content', async () => {
    const [pdf, named, typed, unknown] = await read([
      { content: Buffer.from('%PDF-1.7') },
      { filename: 'Report.XLSX', content: hello },
      { filename: 'a.txt', contentType: 'text/markdown', content: hello, cid: 'logo@example.com' },
      { filename: 'a.constructor', content: hello },
    ]);
    assert.deepEqual([pdf?.filename, pdf?.contentType], ['attachment.pdf', 'application/pdf']);
    assert.match(named?.contentType ?? '', /spreadsheetml/);
    assert.deepEqual([typed?.contentType, typed?.cid], ['text/markdown', 'logo@example.com']);
    assert.equal(unknown?.contentType, 'application/octet-stream');
  });

  it('makes a Buffer in the payload the first attachment, named by the file it came from', async () => {
    const fields = { payload: hello, filename: '/data/in\\out/report.csv', attachments: { content: hello } };
    const [first, second] = await readAttachments(fields, settings);
    assert.deepEqual([first?.filename, first?.contentType], ['report.csv', 'text/csv']);
    assert.equal(second?.filename, 'attachment.bin');
    assert.deepEqual(
      await readAttachments({ ...fields, attachments: [], body: { html: '', text: 'x' } }, settings),
      [],
    );
  });

  it('sends a received attachment on', async () => {
    const received = {
      type: 'attachment',
      filename: 'a.txt',
      contentType: 'text/plain',
      size: 5,
      content: hello,
      headers: new Map(),
      checksum: 'x',
    };
    assert.equal((await read([received])).length, 1);
  });

  describe('refuses, and names the field', () => {
    const cases: [string, object | string, code: string, field: string][] = [
      ['a path (T7)', { path: '/etc/passwd' }, 'attachment-source-refused', '[0].path'],
      ['an address (T7)', { href: 'http://169.254.169.254/' }, 'attachment-source-refused', '[0].href'],
      ['a raw part (T7)', { raw: 'From: z@z.com' }, 'attachment-source-refused', '[0].raw'],
      [
        'an address beside content',
        { content: hello, href: 'http://x' },
        'attachment-source-refused',
        '[0].href',
      ],
      ['a path as content (T7)', { content: { path: '/etc/passwd' } }, 'bad-attachment', '[0].content'],
      ['no content', { filename: 'a.txt' }, 'bad-attachment', '[0].content'],
      ['a number as content', { content: 7 }, 'bad-attachment', '[0].content'],
      ['bytes that are none', { content: { type: 'Buffer', data: [256] } }, 'bad-attachment', '[0].content'],
      ['text that does not say so', { content: 'Hello, world' }, 'bad-attachment', '[0].content'],
      ['sloppy base64', { content: 'SGVsbG9=' }, 'bad-attachment', '[0].content'],
      ['base64 that is none', { content: 'Hello!', encoding: 'base64' }, 'bad-attachment', '[0].content'],
      ['an unknown encoding', { content: 'x', encoding: 'latin1' }, 'bad-attachment', '[0].content'],
      ['a misspelt property', { content: hello, fileName: 'x' }, 'wrong-type', '[0].fileName'],
      ['text for an attachment', 'SGVsbG8=', 'wrong-type', '[0]'],
      [
        'a name that climbs (T40)',
        { filename: '../../etc/passwd', content: hello },
        'bad-attachment',
        '[0].filename',
      ],
      ['a Windows path (T40)', { filename: 'C:\\x\\CON', content: hello }, 'bad-attachment', '[0].filename'],
      ['a device name (T40)', { filename: 'con.txt', content: hello }, 'bad-attachment', '[0].filename'],
      ['a NUL in the name (T40)', { filename: 'a\0.txt', content: hello }, 'bad-attachment', '[0].filename'],
      [
        'a line break in the name (T1)',
        { filename: 'a\r\nX: y', content: hello },
        'bad-attachment',
        '[0].filename',
      ],
      [
        'a turned name (T40)',
        { filename: 'cod\u202eexe.fdp', content: hello },
        'bad-attachment',
        '[0].filename',
      ],
      ['a long name (T40)', { filename: 'a'.repeat(4096), content: hello }, 'bad-attachment', '[0].filename'],
      ['a name of dots', { filename: '..', content: hello }, 'bad-attachment', '[0].filename'],
      ['a name that is no text', { filename: {}, content: hello }, 'bad-attachment', '[0].filename'],
      [
        'a type with parameters',
        { contentType: 'text/html; charset=x', content: hello },
        'bad-attachment',
        '[0].contentType',
      ],
      [
        'a line break in the type (T1)',
        { contentType: 'text/html\r\nX: y', content: hello },
        'bad-attachment',
        '[0].contentType',
      ],
      [
        'a multipart type',
        { contentType: 'multipart/mixed', content: hello },
        'bad-attachment',
        '[0].contentType',
      ],
      ['brackets in the cid', { cid: '<a@b>', content: hello }, 'bad-attachment', '[0].cid'],
      ['a line break in the cid (T1)', { cid: 'a\r\nX: y', content: hello }, 'bad-attachment', '[0].cid'],
    ];
    for (const [name, attachment, code, field] of cases) {
      it(name, () => assertRefused(() => read([attachment]), code, `attachments${field}`));
    }

    it('too many attachments', () =>
      assertRefused(() => read(Array(101).fill({ content: hello })), 'wrong-type', 'attachments'));
  });

  it('says to set the encoding, and shows nothing of content or address', async () => {
    const why = await assertRefused(
      () => read([{ content: 'my secret!' }]),
      'bad-attachment',
      'attachments[0].content',
    );
    assert.match(why.message, /encoding/);
    assert.doesNotMatch(JSON.stringify(why), /secret/);
    const href = await assertRefused(
      () => read([{ href: 'http://x/?key=secret' }]),
      'attachment-source-refused',
      'attachments[0].href',
    );
    assert.doesNotMatch(href.message + JSON.stringify(href.detail), /secret/);
  });

  describe('size (T42)', () => {
    const small = sampleSettings({}, { maxMailBytes: 1_000_000 });

    it('is that of the encoded form, told in MB', async () => {
      const content = Buffer.alloc(750_000);
      const error = await assertRefused(
        () => readAttachments({ attachments: { content } }, small),
        'message-too-large',
        'attachments',
      );
      assert.deepEqual(error.detail, { size: '1.0', limit: '1.0' });
      assert.equal(
        (await readAttachments({ attachments: { content: content.subarray(0, 730_000) } }, small)).length,
        1,
      );
    });

    it('counts all attachments, before any is decoded', async () => {
      const broken = { content: `${'A'.repeat(600_000)}!` };
      await assertRefused(
        () => readAttachments({ attachments: [broken, broken] }, small),
        'message-too-large',
        'attachments',
      );
      const listed = { content: { type: 'Buffer', data: Array(740_000).fill('x') } };
      await assertRefused(
        () => readAttachments({ attachments: [listed] }, small),
        'message-too-large',
        'attachments',
      );
    });
  });

  describe('with a folder', () => {
    let base: string;
    let folder: string;
    const from = (path: string, maxMailBytes = 1_000_000) => {
      const fields: SendFields = { attachments: { path } };
      return readAttachments(fields, sampleSettings({}, { attachmentFolder: folder, maxMailBytes }));
    };
    before(async () => {
      base = await mkdtemp(join(tmpdir(), 'attachments-'));
      folder = join(base, 'allowed');
      await mkdir(join(folder, 'deep'), { recursive: true });
      await mkdir(join(base, 'allowed-not'));
      await writeFile(join(base, 'secret.txt'), 'secret');
      await writeFile(join(base, 'allowed-not', 'secret.txt'), 'secret');
      await writeFile(join(folder, 'a.txt'), 'Hello');
      await writeFile(join(folder, 'deep', 'b.csv'), 'Hello');
      await symlink(join(base, 'secret.txt'), join(folder, 'link.txt'));
      await symlink(base, join(folder, 'up'));
      await symlink(join(folder, 'a.txt'), join(folder, 'inside.txt'));
    });
    after(() => rm(base, { recursive: true }));

    it('reads a file below it', async () => {
      const [relative] = await from('deep/b.csv');
      assert.deepEqual(
        [relative?.filename, relative?.contentType, text(relative?.content)],
        ['b.csv', 'text/csv', 'Hello'],
      );
      assert.equal(text((await from(join(folder, 'a.txt')))[0]?.content), 'Hello');
      assert.equal(text((await from('inside.txt'))[0]?.content), 'Hello');
    });

    const outside = [
      '../secret.txt',
      '/etc/passwd',
      'deep/../../secret.txt',
      '../allowed-not/secret.txt',
      'link.txt',
      'up/secret.txt',
    ];
    for (const path of outside) {
      it(`refuses ${JSON.stringify(path)}`, () =>
        assertRefused(() => from(path), 'attachment-source-refused', 'attachments[0].path'));
    }

    it('refuses what is no file or too large', async () => {
      await assertRefused(() => from('deep'), 'bad-attachment', 'attachments[0].path');
      await assertRefused(() => from('.'), 'bad-attachment', 'attachments[0].path');
      await assertRefused(() => from('a.txt\0.png'), 'bad-attachment', 'attachments[0].path');
      await assertRefused(() => from('none.txt'), 'bad-attachment', 'attachments[0].path');
      await assertRefused(() => from('a.txt', 5), 'message-too-large', 'attachments');
    });
  });
});
