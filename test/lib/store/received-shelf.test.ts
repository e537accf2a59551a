import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { InboundMessage } from '../../../nodes/lib/inbound/mail-listener.ts';
import type { ReceivedMail } from '../../../nodes/lib/received/received-mail.ts';
import { noVerdicts } from '../../../nodes/lib/received/received-mail.ts';
import { receivedShelf, type ShelfOptions } from '../../../nodes/lib/store/received-shelf.ts';
import { fixedKeys } from '../../support/fixed-keys.ts';
import { temporaryFolder } from '../../support/sqlite-outbox.ts';

const start = Date.UTC(2026, 10, 24);
const hour = 3_600_000;

describe('receivedShelf', () => {
  const { folder, remove } = temporaryFolder();
  let own = '';
  let count = 0;
  beforeEach(() => {
    own = join(folder, `app${++count}`);
    mkdirSync(own, { recursive: true });
  });
  after(remove);

  const shelfOf = (more: Partial<ShelfOptions> = {}) =>
    receivedShelf({
      folder: own,
      keys: fixedKeys(),
      appId: 'app00001',
      maxBytes: 1_000_000_000,
      newId: randomUUID,
      ...more,
    });
  const names = () => readdirSync(join(own, 'received')).filter((name) => name.endsWith('.mail'));
  const fileOf = (id: string) => join(own, 'received', `${id}.mail`);

  function message(
    n: number,
    raw: string | Buffer = `Subject: s${n}\r\n\r\nsecret words ${n}`,
  ): InboundMessage {
    const receivedAt = start + n * hour;
    const id = `${receivedAt.toString(36).padStart(9, '0')}-${n}`;
    const file = join(own, `raw-${n}.eml`);
    writeFileSync(file, raw);
    const mail = {
      kind: 'mail',
      subject: `s${n}`,
      from: { address: `writer${n}@example.net` },
      to: [{ address: 'us@example.com' }],
      attachments: [],
      size: raw.length,
      envelope: { from: `writer${n}@example.net`, to: ['us@example.com'] },
      auth: noVerdicts,
      verdicts: {},
    } as unknown as ReceivedMail;
    return { id, mail, source: 'smtp', receivedAt, redelivered: false, file };
  }

  async function read(id: string, shelf = shelfOf()): Promise<Buffer | undefined> {
    const opened = await shelf.open(id);
    if (!opened) return undefined;
    const content = readFileSync(opened.file);
    await opened.done();
    assert.throws(() => readFileSync(opened.file), { code: 'ENOENT' });
    return content;
  }

  it('gives back what it was given, whatever its size, also to the next process', async () => {
    const shelf = shelfOf();
    for (const [n, size] of [0, 1, 65_535, 65_536, 65_537, 1_000_000].entries()) {
      const raw = randomBytes(size);
      const given = message(n, raw);
      await shelf.keep(given);
      assert.deepEqual(await read(given.id), raw, `${size} bytes`);
    }
  });

  it('lists the newest first, page by page', async () => {
    const shelf = shelfOf();
    for (const n of [2, 1, 3]) await shelf.keep(message(n));
    const first = await shelf.list({ limit: 2 });
    assert.deepEqual(
      first.mails.map(({ subject }) => subject),
      ['s3', 's2'],
    );
    const second = await shelf.list({ limit: 2, after: first.next });
    assert.deepEqual([second.mails.map(({ subject }) => subject), second.next], [['s1'], undefined]);
    assert.deepEqual((await shelfOf().list({ limit: 10 })).mails.length, 3);
    mkdirSync(join(own, 'none'), { recursive: true });
    const empty = shelfOf({ folder: join(own, 'none') });
    assert.deepEqual(await empty.list({ limit: 1 }), { mails: [], next: undefined });
  });

  it('has nothing of a mail in the clear', async () => {
    const given = message(1);
    await shelfOf().keep(given);
    const bytes = readFileSync(fileOf(given.id), 'latin1');
    assert.doesNotMatch(bytes, /secret|Subject|writer1|s1/);
  });

  it('opens no mail that was changed, cut off, put in the place of another, or is of another app', async () => {
    const shelf = shelfOf();
    const [one, other] = [message(1, randomBytes(200_000)), message(2, randomBytes(200_000))];
    await shelf.keep(one);
    await shelf.keep(other);
    const whole = readFileSync(fileOf(one.id));
    const refused = () => assert.rejects(shelf.open(one.id), { code: 'row-unreadable' });
    for (const at of [3, 10, 40, 70_000, whole.length - 1]) {
      const changed = Buffer.from(whole);
      changed[at] = (changed[at] ?? 0) ^ 1;
      writeFileSync(fileOf(one.id), changed);
      await refused();
    }
    for (const length of [0, 2, 100, 70_000, whole.length - 37]) {
      writeFileSync(fileOf(one.id), whole);
      truncateSync(fileOf(one.id), length);
      await refused();
    }
    copyFileSync(fileOf(other.id), fileOf(one.id));
    await refused();
    writeFileSync(fileOf(one.id), Buffer.concat([whole, whole]));
    await refused();
    writeFileSync(fileOf(one.id), whole);
    await assert.rejects(shelfOf({ appId: 'app00002' }).open(one.id), { code: 'row-unreadable' });
    await assert.rejects(shelfOf({ keys: fixedKeys('other') }).open(one.id), { code: 'row-unreadable' });
    assert.equal((await read(one.id))?.length, 200_000);
    assert.deepEqual(readdirSync(join(own, 'received', 'opened')), [], 'nothing is left open');
  });

  it('does not swap the pieces of a mail', async () => {
    const given = message(1, randomBytes(200_000));
    await shelfOf().keep(given);
    const whole = readFileSync(fileOf(given.id));
    const pieces: Buffer[] = [];
    for (let at = 0; at < whole.length; at += 4 + whole.readUInt32BE(at))
      pieces.push(whole.subarray(at, at + 4 + whole.readUInt32BE(at)));
    const [head, first, second, ...others] = pieces;
    assert.ok(head && first && second);
    writeFileSync(fileOf(given.id), Buffer.concat([head, second, first, ...others]));
    await assert.rejects(shelfOf().open(given.id), { code: 'row-unreadable' });
    writeFileSync(fileOf(given.id), Buffer.concat([head, second, ...others]));
    await assert.rejects(shelfOf().open(given.id), { code: 'row-unreadable' });
  });

  for (const id of ['', '../app.sqlite', 'received', `${'0'.repeat(9)}-../../x`, `${'0'.repeat(9)}-none`])
    it(`knows no mail “${id}”`, async () => assert.equal(await shelfOf().open(id), undefined));

  it('keeps no more bytes than it may, and forgets the oldest', async () => {
    const shelf = shelfOf({ maxBytes: 50_000 });
    for (let n = 0; n < 20; n += 1) await shelf.keep(message(n, randomBytes(9000)));
    const left = names();
    assert.ok(left.length >= 4 && left.length <= 5, `${left.length} left`);
    assert.deepEqual(left.sort().at(-1), `${message(19).id}.mail`);
    assert.deepEqual((await shelf.list({ limit: 100 })).mails.length, left.length);
  });

  it('keeps no more mails than it may', async () => {
    const shelf = shelfOf({ maxMails: 10 });
    for (let n = 0; n < 25; n += 1) await shelf.keep(message(n));
    assert.ok(names().length <= 10 && names().length >= 9);
  });

  it('counts what was there before, and a mail that comes again once', async () => {
    await shelfOf({ maxBytes: 50_000 }).keep(message(0, randomBytes(30_000)));
    const shelf = shelfOf({ maxBytes: 50_000 });
    for (let time = 0; time < 5; time += 1) await shelf.keep(message(1, randomBytes(15_000)));
    assert.equal(names().length, 2);
    await shelf.keep(message(2, randomBytes(15_000)));
    assert.deepEqual(
      names().sort(),
      [1, 2].map((n) => `${message(n).id}.mail`),
    );
  });

  it('forgets what is older, and what a process left that ended in the middle', async () => {
    const shelf = shelfOf();
    for (const n of [1, 2, 3]) await shelf.keep(message(n));
    writeFileSync(`${fileOf(message(4).id)}.part`, 'half');
    mkdirSync(join(own, 'received', 'opened'));
    writeFileSync(join(own, 'received', 'opened', 'x'), 'in the clear');
    const next = shelfOf();
    await next.prune(start + 3 * hour);
    assert.equal((await next.list({ limit: 10 })).mails.length, 1);
    await read(message(3).id, next);
    assert.deepEqual(readdirSync(join(own, 'received')).sort(), [`${message(3).id}.mail`, 'opened']);
    assert.deepEqual(readdirSync(join(own, 'received', 'opened')), []);
  });

  it('gives the mail of any queue an id that it can be found by', async () => {
    const shelf = shelfOf();
    await shelf.keep({ ...message(1), id: 'abc/../123' });
    const [only] = (await shelf.list({ limit: 1 })).mails;
    assert.ok(only && (await shelf.open(only.id)));
  });
});
