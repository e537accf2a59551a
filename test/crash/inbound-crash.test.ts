import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { smtpDialogue } from '../support/smtp-dialogue.ts';
import { openTestQueue } from '../support/sqlite-inbound.ts';
import { temporaryFolder } from '../support/sqlite-outbox.ts';

const script = fileURLToPath(new URL('inbound-load.ts', import.meta.url));
type Mode = 'honest' | 'lossy' | 'forgetful';

/** What was acknowledged to the senders, and what a flow was told, in the order of its lines. */
interface Story {
  readonly acknowledged: string[];
  readonly told: { readonly subject: string; readonly again: boolean; readonly run: number }[];
}

describe('a receiver whose process is killed', function () {
  this.timeout(120_000);
  let folder: string;
  let remove: () => void;

  beforeEach(() => {
    ({ folder, remove } = temporaryFolder());
  });
  afterEach(() => remove());

  const logOf = (run: number) => join(folder, `${run}.log`);

  function start(run: number, mode: Mode): ChildProcess {
    const output = openSync(logOf(run), 'a');
    const child = spawn(process.execPath, [script, join(folder, 'app'), mode], {
      stdio: ['ignore', output, 'inherit'],
    });
    closeSync(output);
    return child;
  }

  async function portOf(run: number): Promise<number> {
    for (;;) {
      const [, port] = /^listening (\d+)$/m.exec(readFileSync(logOf(run), 'utf8')) ?? [];
      if (port !== undefined) return Number(port);
      await wait(10);
    }
  }

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

  async function runAndKill(run: number, mode: Mode, story: Story): Promise<void> {
    const child = start(run, mode);
    const port = await portOf(run);
    const senders = ['a', 'b', 'c', 'd'].map((name) => handOver(port, `${run}${name}`, story.acknowledged));
    await wait(250 + Math.random() * 500);
    child.kill('SIGKILL');
    const [, signal] = await once(child, 'exit');
    assert.equal(signal, 'SIGKILL', 'the process ended before it was killed');
    await Promise.all(senders);
    story.told.push(...readTold(run));
  }

  /** Lets a last process tell all that is left. */
  async function tellRest(run: number, story: Story): Promise<void> {
    const child = start(run, 'honest');
    await portOf(run);
    let before = -1;
    while (readTold(run).length > before) {
      before = readTold(run).length;
      await wait(1000);
    }
    child.kill('SIGKILL');
    await once(child, 'exit');
    story.told.push(...readTold(run));
  }

  function readTold(run: number): Story['told'] {
    const text = readFileSync(logOf(run), 'utf8');
    assert.doesNotMatch(text, /^trouble/m);
    return [...text.matchAll(/^told (\S+) (true|false)\n/gm)].map(([, subject = '', again]) => ({
      subject,
      again: again === 'true',
      run,
    }));
  }

  async function wholeStory(runs: number, mode: Mode): Promise<Story> {
    const story: Story = { acknowledged: [], told: [] };
    for (let run = 0; run < runs; run++) await runAndKill(run, mode, story);
    await tellRest(runs, story);
    return story;
  }

  const lostOf = ({ acknowledged, told }: Story) => {
    const subjects = new Set(told.map(({ subject }) => subject));
    return acknowledged.filter((subject) => !subjects.has(subject));
  };

  it('loses no mail that was acknowledged; tells one twice only after a kill, and says so', async () => {
    const story = await wholeStory(15, 'honest');
    assert.deepEqual(lostOf(story), []);
    const seen = new Map<string, number>();
    for (const { subject, again, run } of story.told) {
      const before = seen.get(subject);
      assert.ok(before === undefined || (again && before < run), `${subject} was told twice`);
      seen.set(subject, run);
    }
    assert.ok(story.acknowledged.length > 300, `only ${story.acknowledged.length} mails`);
    await leavesNothing();
  });

  it('would be caught losing mail between receipt and acknowledgement', async () => {
    assert.notDeepEqual(lostOf(await wholeStory(5, 'lossy')), []);
  });

  it('would be caught losing mail between telling and marking', async () => {
    assert.notDeepEqual(lostOf(await wholeStory(5, 'forgetful')), []);
  });

  async function leavesNothing(): Promise<void> {
    const { queue, close } = await openTestQueue(join(folder, 'app'));
    assert.deepEqual(await queue.counts(), { waiting: 0, setAside: 0 });
    await close();
    assert.deepEqual(readdirSync(join(folder, 'app', 'spool')), []);
  }
});
