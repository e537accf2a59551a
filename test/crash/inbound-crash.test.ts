import assert from 'node:assert/strict';
import { smtpDialogue } from '../support/smtp-dialogue.ts';
import { temporaryFolder } from '../support/sqlite-outbox.ts';
import { assertNothingLeft, doubledOf, type Feeding, lostOf, wholeStory } from './inbound-runs.ts';

/** Hands over one mail after the other until the connection is gone; notes those that were acknowledged. */
async function handOver(port: number, name: string, acknowledged: string[]): Promise<void> {
  const client = await smtpDialogue(port);
  for (let count = 0; ; count++) {
    const subject = `${name}-${count}`;
    const filler = count % 5 === 0 ? 'x'.repeat(76).concat('\r\n').repeat(2000) : '';
    await client.announce('in@mx.b.example');
    const reply = await client.say(`Subject: ${subject}\r\n\r\n${filler}.`);
    if (reply === '') return;
    if (reply.startsWith('250')) acknowledged.push(subject);
  }
}

const feeding: Feeding = {
  words: ['smtp'],
  feed: (port, run, acknowledged) =>
    Promise.all(['a', 'b', 'c', 'd'].map((name) => handOver(port, `${run}${name}`, acknowledged))),
};

describe('a receiver whose process is killed', function () {
  this.timeout(120_000);
  let folder: string;
  let remove: () => void;

  beforeEach(() => {
    ({ folder, remove } = temporaryFolder());
  });
  afterEach(() => remove());

  it('loses no mail that was acknowledged; tells one twice only after a kill, and says so', async () => {
    const story = await wholeStory(folder, { runs: 15, mode: 'honest' }, feeding);
    assert.deepEqual([lostOf(story), doubledOf(story)], [[], []]);
    assert.ok(story.acknowledged.length > 300, `only ${story.acknowledged.length} mails`);
    await assertNothingLeft(folder);
  });

  it('would be caught losing mail between receipt and acknowledgement', async () => {
    assert.notDeepEqual(lostOf(await wholeStory(folder, { runs: 5, mode: 'lossy' }, feeding)), []);
  });

  it('would be caught losing mail between telling and marking', async () => {
    assert.notDeepEqual(lostOf(await wholeStory(folder, { runs: 5, mode: 'forgetful' }, feeding)), []);
  });
});
