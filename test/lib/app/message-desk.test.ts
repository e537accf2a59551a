import assert from 'node:assert/strict';
import { MessageDesk, type MessageDeskParts } from '../../../nodes/lib/app/message-desk.ts';
import type { EmailError } from '../../../nodes/lib/kernel/errors.ts';
import type { MessagePage, MessageQuery } from '../../../nodes/lib/message-log/message-log.ts';
import { capturedMails } from '../../../nodes/lib/transport/captured-mails.ts';
import { openWholeApp, type WholeApp } from '../../support/whole-app.ts';

describe('MessageDesk', () => {
  let whole: WholeApp;
  const open = async (options: Partial<Parameters<typeof openWholeApp>[0]> = {}) => {
    whole = await openWholeApp({ route: { kind: 'capture' }, ...options });
  };
  const send = (fields: object) =>
    whole.app.send({ requestId: 'r1', mode: 'message', fields, node: 'n1', reports: false });
  const isGone = (id: string) =>
    whole.app.messages.source(id).then(
      () => false,
      ({ code }: EmailError) => code === 'content-gone',
    );
  afterEach(() => whole?.close());

  describe('search', () => {
    const searching = (pages: readonly MessagePage[]) => {
      const asked: (string | undefined)[] = [];
      const search = async ({ after }: MessageQuery) => {
        asked.push(after);
        return pages[Math.min(asked.length - 1, pages.length - 1)] ?? { messages: [] };
      };
      return { asked, desk: new MessageDesk({ messageLog: { search } } as unknown as MessageDeskParts) };
    };

    it('goes on while nothing was found, and keeps what the first page counted', async () => {
      const last = { messages: [{ id: 'a' }] } as unknown as MessagePage;
      const { asked, desk } = searching([
        { messages: [], next: 'b', notDrawn: 3 },
        { messages: [], next: 'c' },
        last,
      ]);
      assert.deepEqual(await desk.search({ limit: 5 }), { ...last, notDrawn: 3 });
      assert.deepEqual(asked, [undefined, 'b', 'c']);
    });

    it('gives up for now after a while, and says where to go on', async () => {
      const { asked, desk } = searching([{ messages: [], next: 'on', lookedBackTo: 7 }]);
      assert.deepEqual(await desk.search({ limit: 5 }), { messages: [], next: 'on', lookedBackTo: 7 });
      assert.equal(asked.length, 20);
    });
  });

  describe('open', () => {
    it('shows the mail that left, with the values of its copy and its files', async () => {
      await open();
      const attachments = [{ filename: 'Ä b.txt', content: Buffer.from('the file') }];
      const { copies } = await send({
        to: [{ address: 'ann@example.net', name: 'Änn', substitutions: { code: '12<3' } }],
        cc: 'cc@example.net',
        bcc: 'secret@example.net',
        subject: 'Code $(code)',
        body: { html: '<p>$(code)</p>', text: 'It is $(code)' },
        attachments,
      });
      await whole.pass(1000);
      const [{ id = '' } = {}] = copies;
      const raw = Buffer.from(await whole.app.messages.source(id)).toString();
      const plain = (text: string) => text.replace(/----?[\w-]*boundary[\w-]*|boundary=.*|[\da-f-]{36}/g, '');
      assert.equal(plain(raw), plain(await leftMail()));
      const { to, cc, bcc, subject, html, text, attachments: files } = await whole.app.messages.open(id);
      assert.deepEqual(
        [to, cc, bcc],
        [
          [{ address: 'ann@example.net', name: 'Änn' }],
          [{ address: 'cc@example.net' }],
          ['secret@example.net'],
        ],
      );
      assert.deepEqual([subject, html?.trim(), text?.trim()], ['Code 12<3', '<p>12&lt;3</p>', 'It is 12<3']);
      assert.equal(Buffer.from(files[0]?.content ?? []).toString(), 'the file');
    });

    async function leftMail(): Promise<string> {
      const shelf = capturedMails({ folder: whole.folder, clock: whole.clock });
      const [mail] = await shelf.list();
      return (await shelf.read(mail?.id ?? ''))?.source ?? '';
    }
  });

  describe('where nothing of the content is kept', () => {
    it('forgets it when the last copy of the mail is settled', async () => {
      await open({ delivery: { contentDays: 0, rate: 1 } });
      const { copies } = await send({ to: ['a@example.net', 'b@example.net'], subject: 'Hi', payload: 'x' });
      const [a = '', b = ''] = copies.map(({ id }) => id);
      await whole.pass(100);
      assert.deepEqual([(await whole.find(a)).state, (await whole.find(b)).state], ['sent', 'queued']);
      assert.deepEqual([await isGone(a), await isGone(b)], [false, false]);
      await whole.pass(2000);
      assert.deepEqual([await isGone(a), await isGone(b)], [true, true]);
    });

    it('keeps it for as long as the settings say otherwise', async () => {
      await open();
      const [id = ''] = await whole.send('a@example.net');
      await whole.pass(1000);
      assert.equal(await isGone(id), false);
    });
  });

  describe('what a person found out of an unknown fate', () => {
    const unknown = async () => {
      const [id = ''] = await whole.send('ann@example.net');
      await whole.store.outbox.claim(5, whole.clock.now());
      const fate = { state: 'unknown', code: 'no-answer', reason: '', attempted: true } as const;
      await whole.store.outbox.settle([{ ...fate, partId: id, at: whole.clock.now() }]);
      return id;
    };

    it('reaches who waits for results, and the events', async () => {
      await open({ delivery: { rate: 0.001 } });
      await whole.app.pause();
      const results: string[] = [];
      whole.app.onResult(({ state, code }) => results.push(`${state} ${code}`));
      const id = await unknown();
      assert.equal(await whole.app.messages.resolve([id, 'nobody'], 'failed'), 1);
      assert.deepEqual(results, ['failed not-sent']);
      const { events } = await whole.store.events.read({ types: ['email.failed'], limit: 9 });
      assert.equal(events.at(-1)?.code, 'not-sent');
    });

    it('sends it once more, with the same Message-ID, at once', async () => {
      await open();
      await whole.app.pause();
      const id = await unknown();
      const { messageId } = await whole.find(id);
      assert.equal(await whole.app.messages.resend([id]), 1);
      await whole.app.resume();
      await whole.pass(1000);
      const { state, messageId: sent } = await whole.find(id);
      assert.deepEqual([state, sent], ['sent', messageId]);
    });
  });

  it('sends at once what is queued for later', async () => {
    await open();
    const later = new Date(whole.clock.now() + 3_600_000).toISOString();
    const { copies } = await send({ to: 'a@example.net', subject: 'Hi', payload: 'x', sendAt: later });
    const [{ id = '' } = {}] = copies;
    await whole.pass(1000);
    assert.equal((await whole.find(id)).state, 'queued');
    assert.equal(await whole.app.messages.retry([id]), 1);
    await whole.pass(1000);
    assert.equal((await whole.find(id)).state, 'sent');
  });
});
