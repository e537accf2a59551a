import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { asideMails } from '../../../nodes/lib/inbound/aside-mails.ts';
import { assertRefused } from '../../support/assert-refused.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { memoryInboundQueue } from '../../support/memory-inbound-queue.ts';
import { pieces } from '../../support/pieces.ts';

async function asideStage(...raws: readonly string[]) {
  const queue = memoryInboundQueue();
  const clock = fakeClock();
  let changes = 0;
  const aside = asideMails({ queue, clock, onChange: () => changes++ });
  for (const [at, raw] of raws.entries()) {
    const envelope = { from: 'envelope@a.example', to: [] };
    const { id } = await queue.accept(pieces(raw), { source: 'smtp', envelope, receivedAt: 1 }, 10_000);
    await queue.begin();
    await queue.setAside(id, 'it fails', at);
  }
  const ids = (await aside.list()).map(({ id }) => id);
  return { queue, aside, ids, changed: () => changes };
}

describe('asideMails', () => {
  it('says who wrote a mail about what, in harmless letters', async () => {
    const { aside } = await asideStage(
      'From: "A" <ann@a.example>\r\nSubject: =?utf-8?Q?a=00=E2=80=AEb?= c\r\n\r\nx',
    );
    const [mail] = await aside.list();
    assert.deepEqual(
      [mail?.from, mail?.subject, mail?.source, mail?.size, mail?.setAsideAt, mail?.why],
      ['ann@a.example', 'a b c', 'smtp', 69, 0, 'it fails'],
    );
  });

  it('shows what it cannot read by its envelope alone', async () => {
    const { aside } = await asideStage('', '\0\0\0', `Subject: ${'x'.repeat(5000)}`);
    const mails = await aside.list();
    assert.deepEqual(
      mails.map(({ from }) => from),
      Array(3).fill('envelope@a.example'),
    );
    assert.deepEqual(
      mails.map(({ subject }) => subject?.length),
      [200, undefined, undefined],
    );
  });

  it('opens the raw mail, and nothing that is not set aside', async () => {
    const { aside, ids, queue } = await asideStage('Subject: one\r\n\r\nhello');
    assert.equal(readFileSync((await aside.open(String(ids[0]))).file, 'utf8'), 'Subject: one\r\n\r\nhello');
    await queue.retryAside(undefined, 1);
    for (const id of [String(ids[0]), '../../etc/passwd', ''])
      await assertRefused(() => aside.open(id), 'mail-not-aside');
  });

  it('has one mail, or all, tried again, and forgets what is not wanted', async () => {
    const { aside, ids, queue, changed } = await asideStage('one', 'two', 'three', 'four');
    assert.equal(await aside.retry(ids[0]), 1);
    await aside.forget(String(ids[1]));
    assert.equal(await aside.retry(), 2);
    assert.deepEqual([queue.raws(), changed()], [['one', 'two', 'four'], 3]);
    assert.deepEqual(await aside.list(), []);
  });
});
