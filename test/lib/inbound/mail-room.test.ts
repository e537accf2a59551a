import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { QueuedMail } from '../../../nodes/lib/inbound/inbound-queue.ts';
import type { KeptMails } from '../../../nodes/lib/inbound/kept-mails.ts';
import type { InboundMessage } from '../../../nodes/lib/inbound/mail-listener.ts';
import { MailRoom, type MailRoomParts } from '../../../nodes/lib/inbound/mail-room.ts';
import { EmailError } from '../../../nodes/lib/kernel/errors.ts';
import type { ReceivedMail } from '../../../nodes/lib/received/received-mail.ts';
import { type FakeClock, fakeClock } from '../../support/fake-clock.ts';
import { type MemoryInboundQueue, memoryInboundQueue } from '../../support/memory-inbound-queue.ts';
import { pieces } from '../../support/pieces.ts';
import { someFacts } from '../store/inbound-contract.ts';

/** The subject is all that the raw mail has. */
const mailOf = (subject: string) => ({ kind: 'mail', subject }) as ReceivedMail;

describe('MailRoom', () => {
  let clock: FakeClock;
  let queue: MemoryInboundQueue;
  let room: MailRoom;
  let troubles: EmailError[];
  let setAside: string[];
  let acts: string[];
  let told: string[];

  beforeEach(() => {
    clock = fakeClock();
    queue = memoryInboundQueue();
    [troubles, setAside, acts, told] = [[], [], [], []];
    room = openRoom();
  });
  afterEach(async () => {
    const closing = room.close();
    await clock.advance(60_000);
    await closing;
  });

  const openRoom = (parts: Partial<MailRoomParts> = {}) =>
    new MailRoom({
      queue,
      clock,
      read: async ({ file }) => mailOf(readFileSync(file, 'utf8')),
      act: async ({ mail }) => void acts.push(mail.subject),
      onTrouble: (error) => troubles.push(error),
      onSetAside: (_mail, why) => setAside.push(why.message),
      ...parts,
    });
  const reopen = async (parts: Partial<MailRoomParts>) => {
    await room.close();
    room = openRoom(parts);
  };
  const accept = async (...raws: string[]) => {
    for (const raw of raws) await queue.accept(pieces(raw), someFacts, 1e6);
  };
  const note = async ({ mail, redelivered }: InboundMessage) =>
    void told.push(mail.subject + (redelivered ? ' again' : ''));
  /** Files are read meanwhile, which takes real time. */
  const settle = async (time = 500, until = () => false) => {
    for (let turn = 0; turn < 20 && !until(); turn++) {
      await clock.advance(time / 20);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };

  it('tells mails in their order, each once, and forgets them', async () => {
    room.listen('n1', note);
    await settle();
    await accept('one', 'two', 'three', 'four', 'five', 'six');
    await settle();
    assert.deepEqual(told, ['one', 'two', 'three', 'four', 'five', 'six']);
    assert.deepEqual(acts, told);
    assert.deepEqual(queue.raws(), []);
  });

  describe('that keeps for people what the flows have had', () => {
    const keeping = (keep: KeptMails['keep']) => ({ kept: { keep } as KeptMails });

    it('keeps each mail before its file goes, and none that no node took in', async () => {
      const kept: string[] = [];
      await reopen(keeping(async ({ file }) => void kept.push(readFileSync(file, 'utf8'))));
      await accept('one');
      await settle();
      assert.deepEqual([acts, kept], [['one'], []]);
      room.listen('n1', note);
      await accept('two');
      await settle();
      assert.deepEqual([told, kept, queue.raws()], [['one', 'two'], ['one', 'two'], []]);
    });

    it('waits for a slow disk before the mail is forgotten', async () => {
      let isRead = (): void => {};
      await reopen(keeping(() => new Promise((resolve) => (isRead = resolve))));
      room.listen('n1', note);
      await accept('one');
      await settle();
      assert.deepEqual([told, queue.raws()], [['one'], ['one']]);
      isRead();
      await settle();
      assert.deepEqual(queue.raws(), []);
    });

    it('holds up no mail that cannot be kept, and says so once until one can', async () => {
      let isFull = true;
      await reopen(
        keeping(async () => {
          if (isFull) throw new EmailError('disk-full', { retryable: true });
        }),
      );
      room.listen('n1', note);
      await accept('one', 'two');
      await settle();
      isFull = false;
      await accept('three');
      await settle();
      isFull = true;
      await accept('four');
      await settle();
      assert.deepEqual(told, ['one', 'two', 'three', 'four']);
      assert.deepEqual(
        troubles.map(({ code }) => code),
        ['disk-full', 'disk-full'],
      );
    });
  });

  it('lets mails wait until a node listens, but acts on them at once, and once', async () => {
    await accept('one', 'two');
    await settle();
    assert.deepEqual([acts, told], [['one', 'two'], []]);
    room.listen('n1', note);
    await settle(200);
    assert.deepEqual(told, []);
    await settle();
    assert.deepEqual(
      [acts, told],
      [
        ['one', 'two'],
        ['one', 'two'],
      ],
    );
  });

  it('tells every node of a deploy, those that start a little later, too', async () => {
    await accept('one');
    room.listen('n1', note);
    await clock.advance(200);
    room.listen('n2', async ({ mail }) => void told.push(`n2 ${mail.subject}`));
    await settle();
    assert.deepEqual(told, ['one', 'n2 one']);
  });

  it('tells a node nothing more once it stopped, and a node that took its place once', async () => {
    const stop = room.listen('n1', () => assert.fail('it stopped'));
    room.listen('n1', note);
    stop();
    await settle();
    await accept('one');
    await settle();
    assert.deepEqual(told, ['one']);
  });

  it('waits again when the last node has stopped', async () => {
    const stop = room.listen('n1', note);
    await settle();
    stop();
    await accept('one');
    await settle();
    assert.deepEqual(told, []);
    room.listen('n1', note);
    await settle();
    assert.deepEqual(told, ['one']);
  });

  it('tries a mail again that a node did not take, tells nobody twice, and keeps the order', async () => {
    let fails = 1;
    room.listen('n1', note);
    room.listen('n2', async ({ mail, redelivered }) => {
      if (mail.subject === 'one' && fails-- > 0) throw new Error('no');
      told.push(`n2 ${mail.subject}${redelivered ? ' again' : ''}`);
    });
    await settle();
    await accept('one', 'two');
    await settle();
    assert.deepEqual(told, ['one']);
    await settle(1000);
    assert.deepEqual(told, ['one', 'n2 one', 'two', 'n2 two']);
  });

  it('sets a mail aside after three tries, says why, and goes on', async () => {
    await reopen({
      read: async ({ file }) => {
        const text = readFileSync(file, 'utf8');
        if (text === 'poison') throw new Error('unreadable');
        return mailOf(text);
      },
    });
    room.listen('n1', note);
    await settle();
    await accept('poison', 'fine');
    await settle(5000, () => told.length > 0);
    assert.deepEqual(told, ['fine']);
    assert.deepEqual(await queue.counts(), { waiting: 0, setAside: 1 });
    assert.deepEqual(setAside, ['Something unexpected happened: unreadable.']);
    assert.deepEqual(
      troubles.map(({ code }) => code),
      ['mail-set-aside'],
    );
    assert.match(String(troubles[0]?.message), /3 tries.*inbound-.*\.eml: .*unreadable/);
  });

  it('tells a mail that was set aside when a person has it tried again', async () => {
    let isReadable = false;
    await reopen({
      read: async ({ file }) => {
        if (!isReadable) throw new Error('unreadable');
        return mailOf(readFileSync(file, 'utf8'));
      },
    });
    room.listen('n1', note);
    await settle();
    await accept('one');
    await settle(5000, () => setAside.length > 0);
    isReadable = true;
    assert.equal(await room.aside.retry(), 1);
    await settle(5000, () => told.length > 0);
    assert.deepEqual(told, ['one']);
    await settle(2000);
    assert.deepEqual(room.state(), { sources: [], waiting: 0, setAside: 0 });
  });

  it('sets aside what ended the process three times, without touching it again', async () => {
    await room.close();
    await accept('poison', 'fine');
    for (let start = 0; start < 3; start++) {
      const mail = (await queue.begin()) as QueuedMail;
      await queue.putBack(mail.id, 'failed', 5000);
    }
    const read: string[] = [];
    room = openRoom({
      read: async ({ file }) => {
        read.push(readFileSync(file, 'utf8'));
        return mailOf(String(read.at(-1)));
      },
    });
    await settle();
    assert.deepEqual([read, setAside.length], [['fine'], 1]);
  });

  it('says that a mail may have been told before a crash', async () => {
    await room.close();
    await accept('one', 'two');
    const mail = (await queue.begin()) as QueuedMail;
    await queue.putBack(mail.id, 'failed', 5000);
    room = openRoom();
    room.listen('n1', note);
    await settle(1000);
    assert.deepEqual(told, ['one again', 'two']);
  });

  it('works on a mail that may have ended the process alone', async () => {
    await room.close();
    await accept('one', 'suspect', 'three');
    const [first, suspect] = [await queue.begin(), await queue.begin()] as QueuedMail[];
    await queue.putBack(String(first?.id), 'unused', 5000);
    await queue.putBack(String(suspect?.id), 'failed', 5000);
    let underWay = 0;
    const company: Record<string, number> = {};
    room = openRoom({
      read: async ({ file }) => {
        const text = readFileSync(file, 'utf8');
        company[text] = ++underWay;
        await new Promise((resolve) => setTimeout(resolve, 10));
        underWay--;
        return mailOf(text);
      },
    });
    room.listen('n1', note);
    await settle(1000, () => told.length === 3);
    assert.equal(company.suspect, 1);
    assert.deepEqual(told, ['one', 'suspect again', 'three']);
  });

  it('reads a few at a time, and tells them in order although later ones are read first', async () => {
    let underWay = 0;
    let most = 0;
    const four = Promise.withResolvers<void>();
    const third = Promise.withResolvers<void>();
    await reopen({
      read: async ({ file }) => {
        const text = readFileSync(file, 'utf8');
        most = Math.max(most, ++underWay);
        if (underWay === 4) four.resolve();
        await four.promise;
        if (text === '0') await third.promise;
        if (text === '3') third.resolve();
        underWay--;
        return mailOf(text);
      },
    });
    const numbers = Array.from({ length: 12 }, (_, index) => `${index}`);
    await accept(...numbers);
    room.listen('n1', note);
    await settle(1000, () => told.length === 12);
    assert.deepEqual(told, numbers);
    assert.equal(most, 4);
  });

  it('does not blame a mail for a store that fails for a while', async () => {
    let isDown = true;
    await reopen({
      act: async () => {
        if (isDown) throw new EmailError('store-unavailable', { retryable: true });
      },
    });
    room.listen('n1', note);
    await accept('one', 'two');
    await settle(60_000);
    assert.deepEqual(
      troubles.map(({ code }) => code),
      ['store-unavailable'],
    );
    isDown = false;
    await settle(20_000, () => told.length === 2);
    assert.deepEqual(told, ['one', 'two']);
    assert.deepEqual(await queue.counts(), { waiting: 0, setAside: 0 });
  });

  it('tells nobody twice although the disk does not note that they have it', async () => {
    const { done } = queue;
    let isDown = true;
    await reopen({
      queue: {
        ...queue,
        done: (id) => (isDown ? Promise.reject(new EmailError('store-unavailable')) : done(id)),
      },
    });
    room.listen('n1', note);
    await accept('one', 'two');
    await settle(25_000);
    isDown = false;
    await settle(20_000, () => told.length === 2);
    assert.deepEqual(told, ['one', 'two']);
  });

  it('ends what it is telling when it closes, and puts the others back', async () => {
    let let1Go = (): void => {};
    const gone = new Promise<void>((resolve) => (let1Go = resolve));
    room.listen('n1', async (message) => {
      await gone;
      await note(message);
    });
    await settle();
    await accept('one', 'two', 'three');
    await settle();
    const closing = room.close();
    let1Go();
    await closing;
    assert.deepEqual(told, ['one']);
    assert.deepEqual(queue.raws(), ['two', 'three']);
    assert.equal((await queue.begin())?.attempts, 0);
  });

  it('waits three seconds for a node when it closes, and no longer', async () => {
    room.listen('n1', () => new Promise(() => {}));
    await settle();
    await accept('one');
    await settle();
    const closing = room.close();
    await clock.advance(3000);
    await closing;
    assert.deepEqual(queue.raws(), ['one']);
  });

  it('shows what waits and what is set aside, and how its sources are', async () => {
    const source = { source: 'smtp', connected: true } as const;
    let closed = 0;
    room.receiveFrom([{ state: () => source, close: async () => void closed++ }]);
    await accept('one', 'two');
    const states: unknown[] = [];
    const stop = room.onState((state) => states.push(state));
    await settle(3000);
    stop();
    assert.deepEqual(states.at(-1), { sources: [source], waiting: 2, setAside: 0 });
    await room.close();
    assert.equal(closed, 1);
  });
});
