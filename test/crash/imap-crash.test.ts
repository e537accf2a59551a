import assert from 'node:assert/strict';
import { ImapFlow } from 'imapflow';
import { type Dovecot, dovecotIsMissing, startDovecot } from '../support/dovecot.ts';
import { temporaryFolder } from '../support/sqlite-outbox.ts';
import { assertNothingLeft, doubledOf, type Feeding, lostOf, type Mode, wholeStory } from './inbound-runs.ts';

const mailCount = 400;

describe('a reader of a mailbox whose process is killed', function () {
  this.timeout(120_000);
  let dovecot: Dovecot;
  let folder: string;
  let remove: () => void;
  let users = 0;

  before(async function () {
    const missing = dovecotIsMissing();
    if (missing) {
      console.log(`    skipped: ${missing}`);
      this.skip();
    }
    dovecot = await startDovecot();
  });
  after(() => dovecot?.stop());
  beforeEach(() => {
    ({ folder, remove } = temporaryFolder());
  });
  afterEach(() => remove());

  async function storyOf(runs: number, mode: Mode) {
    const user = `crash${++users}`;
    const subjects = await fill(dovecot.port, user);
    const feeding: Feeding = { words: ['imap', `${dovecot.port}/${user}`], feed: async () => {} };
    const story = await wholeStory(folder, { runs, mode }, feeding);
    story.acknowledged.push(...subjects);
    return story;
  }

  it('takes every mail; tells one twice only after a kill, as the same', async () => {
    const story = await storyOf(8, 'honest');
    assert.deepEqual([lostOf(story), doubledOf(story)], [[], []]);
    const before = story.told.filter(({ run }) => run < 8).length;
    assert.ok(before > 20, `only ${before} were taken before the last run`);
    await assertNothingLeft(folder);
  });

  it('would be caught losing mail between receipt and deletion', async () => {
    assert.notDeepEqual(lostOf(await storyOf(6, 'lossy')), []);
  });

  it('would be caught taking a mail for another when it comes again', async () => {
    assert.notDeepEqual(doubledOf(await storyOf(6, 'keyless')), []);
  });
});

/** Every tenth is larger than what lies in a row. */
async function fill(port: number, user: string): Promise<string[]> {
  const auth = { user, pass: 'secret' };
  const client = new ImapFlow({ host: '127.0.0.1', port, secure: false, auth, logger: false });
  await client.connect();
  const subjects = Array.from({ length: mailCount }, (_, index) => `mail-${index}`);
  for (const [index, subject] of subjects.entries()) {
    const filler = index % 10 === 0 ? 'x'.repeat(76).concat('\r\n').repeat(1000) : '';
    await client.append('INBOX', `Subject: ${subject}\r\n\r\n${filler}`);
  }
  await client.logout();
  return subjects;
}
