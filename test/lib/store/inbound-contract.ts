import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import type { InboundQueue, QueuedMail, ReceiptFacts } from '../../../nodes/lib/inbound/inbound-queue.ts';
import { assertRefused } from '../../support/assert-refused.ts';
import { megabytes, pieces } from '../../support/pieces.ts';

export interface QueuePlace {
  /** Anew, with room for so many bytes. */
  open(maxBytes?: number): Promise<InboundQueue>;
  /** Closes and opens again; without `close` it is as after a crash. */
  dispose(): Promise<void>;
}

export const someFacts: ReceiptFacts = {
  source: 'smtp',
  envelope: { from: 'ann@a.example', to: ['in@b.example'] },
  receivedAt: 1000,
  peer: { ip: '192.0.2.1', helo: 'mx.a.example' },
};

const limit = 40_000_000;

/** What every adapter of the port `InboundQueue` must do. */
export function describeInboundQueue(name: string, prepare: () => Promise<QueuePlace>): void {
  describe(name, () => {
    let place: QueuePlace;
    let queue: InboundQueue;
    beforeEach(async () => {
      place = await prepare();
      queue = await place.open();
    });
    afterEach(() => place.dispose());

    const accept = (raw: string, facts: Partial<ReceiptFacts> = {}) =>
      queue.accept(pieces(raw), { ...someFacts, ...facts }, limit);
    const begin = async (unactedOnly?: boolean): Promise<QueuedMail> => {
      const mail = await queue.begin(unactedOnly);
      assert.ok(mail, 'nothing waits');
      return mail;
    };
    const textOf = ({ file }: QueuedMail) => readFileSync(file, 'utf8');

    it('gives back what it took, byte by byte, with its facts', async () => {
      const { id, isNew } = await accept('Subject: Ä\r\n\r\n\0 one\n.two');
      assert.equal(isNew, true);
      const mail = await begin();
      const { file: _file, ...rest } = mail;
      assert.deepEqual(rest, { id, facts: someFacts, size: 25, attempts: 0, acted: false });
      assert.equal(textOf(mail), 'Subject: Ä\r\n\r\n\0 one\n.two');
    });

    it('takes a mail of 40 MB, and refuses one byte more', async () => {
      await queue.accept(megabytes(40), someFacts, limit);
      const mail = await begin();
      assert.equal(mail.size, limit);
      assert.equal(readFileSync(mail.file).length, limit);
      const larger = async function* () {
        yield* megabytes(40);
        yield Buffer.from('!');
      };
      const error = await assertRefused(() => queue.accept(larger(), someFacts, limit), 'mail-too-large');
      assert.equal(error.message, 'The received mail is larger than the limit of 40.0 MB.');
      assert.deepEqual(await queue.counts(), { waiting: 1, setAside: 0 });
    });

    it('begins the oldest first, each once', async () => {
      for (const raw of ['one', 'two', 'three']) await accept(raw);
      const mails = [await begin(), await begin(), await begin()];
      assert.deepEqual(mails.map(textOf), ['one', 'two', 'three']);
      assert.equal(await queue.begin(), undefined);
    });

    it('forgets a mail that is done, its file too', async () => {
      await accept('one');
      const mail = await begin();
      await queue.done(mail.id);
      assert.equal(existsSync(mail.file), false);
      assert.deepEqual(await queue.counts(), { waiting: 0, setAside: 0 });
      assert.equal(await queue.begin(), undefined);
    });

    it('puts a mail back to its place, and counts the try only if it failed', async () => {
      await accept('one');
      await accept('two');
      const first = await begin();
      await queue.putBack(first.id, 'unused', 5000);
      assert.equal((await begin()).attempts, 0);
      await queue.putBack(first.id, 'failed', 5000);
      const again = await begin();
      assert.deepEqual([again.id, again.attempts], [first.id, 1]);
    });

    it('passes over mails that were acted on, where only others are asked for', async () => {
      await accept('one');
      await accept('two');
      await queue.putBack((await begin(true)).id, 'acted', 5000);
      assert.equal(textOf(await begin(true)), 'two');
      assert.equal(await queue.begin(true), undefined);
      const mail = await begin();
      assert.deepEqual([textOf(mail), mail.acted, mail.attempts], ['one', true, 0]);
    });

    it('takes a mail of the same source and key once, also after it is done', async () => {
      const first = await accept('one', { sourceKey: '7:1' });
      assert.deepEqual(await accept('one', { sourceKey: '7:1' }), { id: first.id, isNew: false });
      await queue.done((await begin()).id);
      assert.deepEqual(await accept('one', { sourceKey: '7:1' }), { id: first.id, isNew: false });
      assert.equal((await accept('one', { sourceKey: '7:1', source: 'imap' })).isNew, true);
      assert.deepEqual(await queue.counts(), { waiting: 1, setAside: 0 });
    });

    it('keeps what is set aside, for a person, until it is old', async () => {
      await accept('poison');
      await accept('fine');
      const poison = await begin();
      await queue.setAside(poison.id, 'it fails', 5000);
      assert.equal(textOf(await begin()), 'fine');
      assert.deepEqual(await queue.counts(), { waiting: 1, setAside: 1 });
      await queue.prune(0, 5000);
      assert.equal(textOf(poison), 'poison');
      await queue.prune(0, 5001);
      assert.equal(existsSync(poison.file), false);
      assert.deepEqual(await queue.counts(), { waiting: 1, setAside: 0 });
    });

    it('forgets old keys', async () => {
      await accept('one', { sourceKey: 'k' });
      await queue.prune(1000, 0);
      assert.equal((await accept('one', { sourceKey: 'k' })).isNew, false);
      await queue.prune(1001, 0);
      assert.equal((await accept('one', { sourceKey: 'k' })).isNew, true);
    });

    it('forgets mails that were acted on and that no node took in, and no other', async () => {
      for (const raw of ['acted', 'later', 'new', 'aside']) await accept(raw);
      const [acted, later, fresh, poison] = [await begin(), await begin(), await begin(), await begin()];
      await queue.putBack(acted.id, 'acted', 5000);
      await queue.putBack(later.id, 'acted', 6000);
      await queue.putBack(fresh.id, 'unused', 5000);
      await queue.setAside(poison.id, 'it fails', 5000);
      assert.equal(await queue.forgetWaiting(5000), 0);
      assert.equal(await queue.forgetWaiting(5001), 1);
      assert.equal(existsSync(acted.file), false);
      assert.deepEqual(await queue.counts(), { waiting: 2, setAside: 1 });
      assert.deepEqual([textOf(await begin()), textOf(await begin())], ['later', 'new']);
    });

    it('counts what it is to keep from when it was acted on first', async () => {
      await accept('one');
      await queue.putBack((await begin()).id, 'acted', 5000);
      await queue.putBack((await begin()).id, 'acted', 9000);
      assert.equal(await queue.forgetWaiting(5001), 1);
    });

    it('shows what is set aside, the last first', async () => {
      await accept('one');
      await accept('two', { source: 'imap' });
      const [one, two] = [await begin(), await begin()];
      await queue.setAside(one.id, 'it fails', 5000);
      await queue.setAside(two.id, 'it fails, too', 6000);
      const [first, second, ...more] = await queue.listAside(5);
      assert.deepEqual(
        [first?.id, first?.facts.source, first?.size, first?.setAsideAt, first?.why],
        [two.id, 'imap', 3, 6000, 'it fails, too'],
      );
      assert.deepEqual([second?.id, more], [one.id, []]);
      assert.equal((await queue.listAside(1)).length, 1);
      rmSync(one.file, { force: true });
      assert.equal(readFileSync(String((await queue.openAside(one.id))?.file), 'utf8'), 'one');
    });

    it('tries again what was set aside, one or all, as if it never had', async () => {
      for (const raw of ['one', 'two', 'three']) await accept(raw);
      for (const { id } of [await begin(), await begin(), await begin()]) {
        await queue.putBack(id, 'failed', 5000);
        await queue.setAside((await begin()).id, 'it fails', 5000);
      }
      const ids = (await queue.listAside(9)).map(({ id }) => id);
      assert.equal(await queue.retryAside(ids[0], 7000), 1);
      assert.equal((await begin()).attempts, 0);
      assert.equal(await queue.begin(), undefined);
      assert.equal(await queue.retryAside(undefined, 7000), 2);
      assert.deepEqual([(await begin()).attempts, (await begin()).attempts], [0, 0]);
      assert.deepEqual(await queue.counts(), { waiting: 3, setAside: 0 });
    });

    it('keeps what is tried again for as long as anything else', async () => {
      await accept('one');
      const { id } = await begin();
      await queue.putBack(id, 'acted', 5000);
      await queue.setAside(id, 'it fails', 5000);
      await queue.retryAside(id, 7000);
      assert.deepEqual([await queue.forgetWaiting(7000), await queue.forgetWaiting(7001)], [0, 1]);
    });

    it('does to mails that wait nothing that is meant for those set aside', async () => {
      const { id } = await accept('one');
      assert.equal(await queue.openAside(id), undefined);
      assert.equal(await queue.retryAside(id, 1), 0);
      await queue.forgetAside(id);
      assert.equal(textOf(await begin()), 'one');
    });

    it('forgets what is set aside and not wanted', async () => {
      await accept('one', { sourceKey: 'k' });
      const { id, file } = await begin();
      await queue.setAside(id, 'it fails', 5000);
      await queue.forgetAside(id);
      assert.equal(existsSync(file), false);
      assert.deepEqual(await queue.counts(), { waiting: 0, setAside: 0 });
      assert.equal((await accept('one', { sourceKey: 'k' })).isNew, false);
    });

    it('takes no other mail under a key that its sender chose, from anywhere else it does', async () => {
      const chosen = { sourceKey: 'k', source: 'http' } as const;
      const { id } = await accept('one', chosen);
      await assertRefused(() => accept('two', chosen), 'idempotency-conflict');
      assert.deepEqual(await accept('one', chosen), { id, isNew: false });
      await accept('one', { sourceKey: 'k', source: 'imap' });
      assert.equal((await accept('two', { sourceKey: 'k', source: 'imap' })).isNew, false);
    });

    it('takes mails until they take up what they may, and again when some are gone', async () => {
      queue = await place.open(10);
      await accept('eight...', { sourceKey: 'k' });
      await accept('beyond');
      const error = await assertRefused(() => accept('more'), 'inbound-full');
      assert.equal(error.retryable, true);
      const first = await begin();
      await queue.setAside(first.id, 'it fails', 5000);
      await assertRefused(() => accept('more'), 'inbound-full');
      await queue.forgetAside(first.id);
      assert.equal((await accept('more')).isNew, true);
      await assertRefused(() => accept('more'), 'inbound-full');
      await queue.done((await begin()).id);
      await accept('more');
    });

    it('tells of what is new, and of nothing else', async () => {
      let arrivals = 0;
      const stop = queue.onArrival(() => arrivals++);
      await accept('one', { sourceKey: 'k' });
      await accept('one', { sourceKey: 'k' });
      stop();
      await accept('two');
      assert.equal(arrivals, 1);
    });

    it('keeps nothing of a mail whose source broke off', async () => {
      const broken = async function* () {
        yield Buffer.alloc(100_000);
        throw new Error('cut');
      };
      await assert.rejects(queue.accept(broken(), { ...someFacts, sourceKey: 'k' }, limit), /cut/);
      assert.equal((await accept('whole', { sourceKey: 'k' })).isNew, true);
      assert.deepEqual(await queue.counts(), { waiting: 1, setAside: 0 });
    });
  });
}
