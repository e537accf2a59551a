import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type CaptureTransport,
  openCaptureTransport,
} from '../../../nodes/lib/transport/capture-transport.ts';
import { type FakeClock, fakeClock } from '../../support/fake-clock.ts';

const day = 24 * 60 * 60 * 1000;

function mail(subject: string) {
  const lines = [
    `Subject: ${subject}`,
    'From: Shop <shop@example.com>',
    'Content-Type: text/html',
    '',
    '<b>Hi</b>',
    '',
  ];
  return {
    envelope: { from: 'bounce@example.com', to: ['joe@example.org', 'ann@example.org'] },
    raw: Buffer.from(lines.join('\r\n')),
  };
}

describe('openCaptureTransport', () => {
  let folder: string;
  let clock: FakeClock;
  let transport: CaptureTransport;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'capture-'));
    clock = fakeClock();
    transport = openCaptureTransport({ folder, clock });
  });

  afterEach(() => rm(folder, { recursive: true }));

  it('keeps a mail, lists it and shows it in full', async () => {
    const receipt = await transport.deliver(mail('=?utf-8?Q?Gr=C3=BC=C3=9Fe?='));
    const [listed] = await transport.listCaptured();
    assert.deepEqual([receipt.code, receipt.accepted], ['captured', ['joe@example.org', 'ann@example.org']]);
    assert.deepEqual(listed, {
      id: receipt.providerMessageId,
      at: clock.now(),
      from: 'bounce@example.com',
      to: ['joe@example.org', 'ann@example.org'],
      subject: 'Grüße',
      size: mail('=?utf-8?Q?Gr=C3=BC=C3=9Fe?=').raw.length,
    });
    const shown = await transport.readCaptured(listed?.id ?? '');
    assert.equal(shown?.html?.trim(), '<b>Hi</b>');
    assert.equal(shown?.subject, 'Grüße');
    assert.match(shown?.source ?? '', /^Subject: =\?utf-8/);
    assert.deepEqual(shown?.headers[1], { name: 'From', value: 'Shop <shop@example.com>' });
  });

  it('lists the newest first', async () => {
    for (const subject of ['first', 'second', 'third']) {
      await transport.deliver(mail(subject));
      await clock.advance(1);
    }
    assert.deepEqual(
      (await transport.listCaptured()).map(({ subject }) => subject),
      ['third', 'second', 'first'],
    );
  });

  it('forgets mails after 7 days', async () => {
    await transport.deliver(mail('old'));
    await clock.advance(7 * day);
    assert.deepEqual(await transport.listCaptured(), []);
    await transport.deliver(mail('new'));
    assert.equal((await readdir(join(folder, 'captured'))).length, 2);
  });

  it('keeps the last 500', async () => {
    const shelf = join(folder, 'captured');
    await mkdir(shelf);
    for (let nth = 0; nth < 510; nth += 1) {
      const id = `${(clock.now() - 1000 + nth).toString(36).padStart(9, '0')}-${'a'.repeat(12)}`;
      await writeFile(join(shelf, `${id}.eml`), '');
      await writeFile(join(shelf, `${id}.json`), JSON.stringify({ id, subject: String(nth) }));
    }
    await transport.deliver(mail('newest'));
    const listed = await transport.listCaptured();
    assert.deepEqual([listed.length, listed[0]?.subject, listed.at(-1)?.subject], [500, 'newest', '11']);
    assert.equal((await readdir(shelf)).length, 1000);
  });

  it('serves nobody a file outside its folder', async () => {
    await transport.deliver(mail('one'));
    await writeFile(join(folder, 'secret.eml'), 'secret');
    await writeFile(join(folder, 'secret.json'), '{}');
    for (const id of ['../secret', '..%2fsecret', '/etc/passwd', '', '.', 'a\0b', '000000000-aaaaaaaaaaaa'])
      assert.equal(await transport.readCaptured(id), undefined, id);
  });

  it('lists the others when a crash cut one off', async () => {
    await transport.deliver(mail('whole'));
    await transport.deliver(mail('cut off'));
    const [cut] = await transport.listCaptured();
    await writeFile(join(folder, 'captured', `${cut?.id}.json`), '{"id":');
    assert.equal((await transport.listCaptured()).length, 1);
    assert.equal(await transport.readCaptured(cut?.id ?? ''), undefined);
  });

  it('keeps mails from other users of the machine', async () => {
    await transport.deliver(mail('private'));
    const shelf = join(folder, 'captured');
    const modes = await Promise.all(
      (await readdir(shelf)).map(async (name) => (await stat(join(shelf, name))).mode),
    );
    assert.ok(modes.every((mode) => (mode & 0o077) === 0));
  });

  it('forgets everything on request, and an empty folder is no error', async () => {
    await transport.deliver(mail('one'));
    await transport.clearCaptured();
    await transport.clearCaptured();
    assert.deepEqual(await transport.listCaptured(), []);
  });

  it('says what is wrong with a folder that cannot be used, and the mail waits', async () => {
    await writeFile(join(folder, 'file'), '');
    const blocked = openCaptureTransport({ folder: join(folder, 'file'), clock });
    await assert.rejects(blocked.deliver(mail('x')), { code: 'store-unavailable', retryable: true });
    await assert.rejects(blocked.verify(), { code: 'store-unavailable' });
    assert.match(await transport.verify(), /captured/);
  });
});
