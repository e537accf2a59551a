import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ImapRooms, openImapSource } from '../../../nodes/lib/inbound/imap-source.ts';
import type { ReceiptFacts } from '../../../nodes/lib/inbound/inbound-queue.ts';
import type { Source } from '../../../nodes/lib/inbound/mail-listener.ts';
import { type MailboxClaims, mailboxClaims } from '../../../nodes/lib/inbound/mailbox-claims.ts';
import { testImap } from '../../../nodes/lib/inbound/test-imap.ts';
import { type Clock, systemClock } from '../../../nodes/lib/kernel/clock.ts';
import { EmailError } from '../../../nodes/lib/kernel/errors.ts';
import type { ImapSettings } from '../../../nodes/lib/settings/inbound-settings.ts';
import type { AccessTokens } from '../../../nodes/lib/transport/access-tokens.ts';
import { type CuttableProxy, openCuttableProxy } from '../../support/cuttable-proxy.ts';
import { type Dovecot, dovecotIsMissing, startDovecot } from '../../support/dovecot.ts';
import { sharedClaims } from '../../support/shared-claims.ts';

const mail = (subject: string, text = 'Hello') =>
  `From: ann@example.com\r\nTo: shop@example.com\r\nSubject: ${subject}\r\n\r\n${text}\r\n`;

/** Nobody waits long for a mailbox that another machine reads. */
const clock: Clock = {
  ...systemClock,
  after: (delay, action) => systemClock.after(delay === 5000 ? 50 : delay, action),
};

interface Taken {
  readonly subject: string;
  readonly size: number;
  readonly facts: ReceiptFacts;
}

describe('openImapSource, with a real Dovecot', function () {
  this.timeout(20_000);

  let provider: Server;
  let dovecot: Dovecot;
  /** A mailbox for each test. */
  let user: string;
  let users = 0;
  let proxy: CuttableProxy;
  let sources: Source[];
  let taken: Taken[];
  let troubles: string[];
  let notes: Map<string, string | undefined>;
  let claims: MailboxClaims;
  /** What accept does before it takes a mail. */
  let onAccept: () => void;
  /** What happens as soon as it is safe. */
  let onAccepted: () => void;
  let tell: () => void;
  let tokens: AccessTokens | undefined;

  before(async function () {
    const missing = dovecotIsMissing();
    if (missing) {
      console.log(`    skipped: ${missing}`);
      this.skip();
    }
    provider = await startProvider();
    const { port } = provider.address() as AddressInfo;
    dovecot = await startDovecot(`http://127.0.0.1:${port}/?token=`);
  });

  after(async () => {
    await dovecot?.stop();
    provider?.close();
  });

  beforeEach(async () => {
    user = `ann${++users}`;
    proxy = await openCuttableProxy(dovecot.port);
    [sources, taken, troubles] = [[], [], []];
    [notes, claims] = [new Map(), mailboxClaims()];
    onAccept = () => {};
    onAccepted = () => {};
    tell = () => {};
    tokens = undefined;
  });

  afterEach(async () => {
    await Promise.all(sources.map((source) => source.close()));
    await proxy.close();
  });

  const settings = (changes: Partial<ImapSettings> = {}): ImapSettings => ({
    host: '127.0.0.1',
    port: proxy.port,
    security: 'none',
    tls: { verify: true },
    folder: 'INBOX',
    afterRead: { kind: 'seen' },
    login: { kind: 'password', user, password: 'secret' },
    ...changes,
  });

  const keys = new Set<string>();
  const queue = {
    async accept(raw: AsyncIterable<Uint8Array>, facts: ReceiptFacts) {
      onAccept();
      const chunks: Uint8Array[] = [];
      for await (const chunk of raw) chunks.push(chunk);
      const source = Buffer.concat(chunks).toString();
      const isNew = !keys.has(facts.sourceKey ?? '');
      keys.add(facts.sourceKey ?? '');
      const [, subject = ''] = /^Subject: (.*)\r$/m.exec(source) ?? [];
      if (isNew) taken.push({ subject, size: source.length, facts });
      onAccepted();
      tell();
      return { id: facts.sourceKey ?? '', isNew };
    },
  };

  interface Surroundings extends Partial<Pick<ImapRooms, 'claims' | 'machines'>> {
    readonly maxMailBytes?: number;
  }

  function open(changes: Partial<ImapSettings> = {}, given: Surroundings = {}): Source {
    const source = openImapSource(settings(changes), {
      ...{ queue, claims, maxMailBytes: 1_000_000, clock, random: () => 0, ...given },
      notes: {
        readNote: async (name) => notes.get(name),
        writeNote: async (name, value) => void notes.set(name, value),
      },
      tokens,
      timeouts: { connection: 3000, idle: 700, socket: 1500 },
      onTrouble: (error) => troubles.push(error.code),
      onChange: () => tell(),
    });
    sources.push(source);
    return source;
  }

  /** Asked again whenever the source did something. */
  function until(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      tell = () => {
        if (holds()) resolve();
      };
      tell();
    });
  }

  const deliver = (raw: string) => dovecot.deliver(user, raw);
  const subjects = () => taken.map(({ subject }) => subject);
  const idle = () => dovecot.admin(['mailbox', 'status', '-u', user, 'messages unseen', 'INBOX']).trim();
  const settled = async (state: string) => {
    while (!idle().includes(state)) await new Promise((resolve) => setImmediate(resolve));
  };

  it('takes the unread mails it finds, then each that arrives, and marks them as read', async () => {
    deliver(mail('one'));
    const source = open();
    await until(() => taken.length === 1);
    deliver(mail('two'));
    await until(() => taken.length === 2);
    assert.deepEqual(subjects(), ['one', 'two']);
    await settled('unseen=0');
    assert.equal(idle(), 'INBOX messages=2 unseen=0');
    assert.equal(source.state().connected, true);
    assert.equal(source.state().trouble, undefined);
    assert.match(taken[0]?.facts.sourceKey ?? '', /^[0-9a-f]{16}:\d+:1$/);
  });

  it('leaves mails that were read before it came', async () => {
    deliver(mail('old'));
    dovecot.admin(['flags', 'add', '-u', user, '\\Seen', 'mailbox', 'INBOX', 'all']);
    deliver(mail('new'));
    open();
    await until(() => taken.length === 1);
    assert.deepEqual(subjects(), ['new']);
  });

  it('takes a mail that somebody else read first, once it knows the folder', async () => {
    const source = open();
    await until(() => notes.size > 0 || source.state().connected);
    while (notes.size === 0) await new Promise((resolve) => setImmediate(resolve));
    await source.close();
    deliver(mail('read on the phone'));
    dovecot.admin(['flags', 'add', '-u', user, '\\Seen', 'mailbox', 'INBOX', 'all']);
    open();
    await until(() => taken.length === 1);
    assert.deepEqual(subjects(), ['read on the phone']);
  });

  it('takes no mail twice when it is opened again', async () => {
    deliver(mail('one'));
    const first = open();
    await until(() => taken.length === 1);
    await first.close();
    deliver(mail('two'));
    open();
    await until(() => taken.length === 2);
    assert.deepEqual(subjects(), ['one', 'two']);
  });

  it('moves mails into another folder, which it makes', async () => {
    deliver(mail('one'));
    open({ afterRead: { kind: 'move', folder: 'Done' } });
    await until(() => taken.length === 1);
    await settled('messages=0');
    const done = dovecot.admin(['mailbox', 'status', '-u', user, 'messages', 'Done']).trim();
    assert.equal(done, 'Done messages=1');
  });

  it('deletes mails, and only those it took', async () => {
    deliver(mail('old'));
    dovecot.admin(['flags', 'add', '-u', user, '\\Seen \\Deleted', 'mailbox', 'INBOX', 'all']);
    deliver(mail('one'));
    open({ afterRead: { kind: 'delete' } });
    await until(() => taken.length === 1);
    await settled('messages=1');
  });

  for (const code of ['disk-full', 'inbound-full'] as const)
    it(`puts a mail away only after it is safe, and tries again after ${code}`, async () => {
      let isFull = true;
      onAccept = () => {
        if (!isFull) return;
        isFull = false;
        throw new EmailError(code, { detail: { value: 'here' }, retryable: true });
      };
      deliver(mail('one'));
      const source = open({ afterRead: { kind: 'delete' } });
      await until(() => source.state().trouble !== undefined);
      assert.equal(idle(), 'INBOX messages=1 unseen=1');
      assert.deepEqual([taken.length, troubles], [0, [code]]);
      await until(() => taken.length === 1);
      await settled('messages=0');
    });

  it('gives a mail once, and puts it away, when the network fails in between', async () => {
    onAccepted = () => {
      onAccepted = () => {};
      proxy.cut();
    };
    deliver(mail('one'));
    open({ afterRead: { kind: 'delete' } });
    await settled('messages=0');
    assert.deepEqual([subjects(), proxy.count()], [['one'], 2]);
  });

  it('leaves a mail that is too large where it is, says so, and goes on', async () => {
    deliver(mail('big', 'x'.repeat(5000)));
    deliver(mail('small'));
    open({ afterRead: { kind: 'delete' } }, { maxMailBytes: 2000 });
    await until(() => taken.length === 1);
    assert.deepEqual([subjects(), troubles], [['small'], ['mail-too-large']]);
    await settled('messages=1');
  });

  it('connects again when the server ends the connection, and misses nothing', async () => {
    const source = open();
    await until(() => source.state().connected);
    proxy.cut();
    await until(() => source.state().trouble !== undefined);
    assert.equal(source.state().connected, false);
    deliver(mail('meanwhile'));
    await until(() => taken.length === 1 && source.state().trouble === undefined);
    assert.equal(proxy.count(), 2);
  });

  it('notices a network that was cut in IDLE without a word, and connects again', async () => {
    const source = open();
    await until(() => source.state().connected);
    deliver(mail('one'));
    await until(() => taken.length === 1);
    proxy.freeze();
    deliver(mail('two'));
    await until(() => source.state().trouble !== undefined);
    proxy.thaw();
    await until(() => taken.length === 2);
    assert.deepEqual(subjects(), ['one', 'two']);
  });

  it('reads what is unread when the folder was made anew', async () => {
    deliver(mail('one'));
    const first = open();
    await until(() => taken.length === 1);
    await first.close();
    assert.equal(idle(), 'INBOX messages=1 unseen=0');
    dovecot.admin(['mailbox', 'update', '-u', user, '--uid-validity', '4711', 'INBOX']);
    deliver(mail('two'));
    open();
    await until(() => taken.length === 2);
    assert.deepEqual(subjects(), ['one', 'two']);
  });

  it('is the only one in its process to read a mailbox', async () => {
    const first = open();
    await until(() => first.state().connected);
    const second = open();
    await until(() => second.state().trouble !== undefined);
    assert.deepEqual(troubles, ['mailbox-in-use']);
  });

  it('waits without a word while another machine reads it, and goes on when that one ends or is lost', async () => {
    const machines = sharedClaims();
    const openOnOwnMachine = () => open({}, { machines, claims: mailboxClaims() });
    const first = openOnOwnMachine();
    await until(() => first.state().connected);
    const second = openOnOwnMachine();
    const [name = '', ...others] = machines.held();
    assert.deepEqual([name.slice(0, 8), others], ['mailbox:', []]);
    machines.lose(name);
    await until(() => !first.state().connected);
    await until(() => first.state().connected || second.state().connected);
    const [reading, waiting] = first.state().connected ? [first, second] : [second, first];
    deliver(mail('one'));
    await until(() => taken.length === 1);
    assert.equal(waiting.state().connected, false);
    await reading.close();
    await until(() => waiting.state().connected);
    deliver(mail('two'));
    await until(() => taken.length === 2);
    assert.deepEqual([subjects(), troubles], [['one', 'two'], []]);
  });

  it('signs in with the tokens of the app, and asks for another when one is refused', async () => {
    deliver(mail('one'));
    const given = ['stale', `good-${user}`];
    const refused: string[] = [];
    tokens = {
      current: async () => given[0] ?? '',
      refused(token) {
        refused.push(token);
        given.shift();
      },
    };
    open({ login: { kind: 'oauth', user } });
    await until(() => taken.length === 1);
    assert.deepEqual([refused, troubles], [['stale'], ['auth-failed']]);
  });

  it('says in words that the sign-in failed', async () => {
    const source = open({ login: { kind: 'password', user, password: 'wrong' } });
    await until(() => source.state().trouble !== undefined);
    assert.match(source.state().trouble ?? '', /did not accept the sign-in .*: Authentication failed\.$/);
    assert.deepEqual(troubles, ['auth-failed']);
  });

  it('tells a dialog what is in the folder, and changes nothing', async () => {
    deliver(mail('one'));
    const said = await testImap({
      imap: settings(),
      maxMailBytes: 1,
      maxKeptBytes: 1,
      setAsideDays: 1,
      keepDays: 1,
    });
    const folder = 'The folder INBOX holds 1 mails, 1 of them unread.';
    assert.equal(said, `Signed in to 127.0.0.1:${proxy.port} as ${user} (not encrypted). ${folder}`);
    assert.equal(idle(), 'INBOX messages=1 unseen=1');
  });
});

/** The token is `good` and the name of its owner; any other is of nobody. */
async function startProvider(): Promise<Server> {
  const server = createServer(({ url = '' }, response) => {
    const [, email] = /token=good-(\w+)/.exec(url) ?? [];
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ active: email !== undefined, email }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
