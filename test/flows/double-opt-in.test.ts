import assert from 'node:assert/strict';
import { simpleParser } from 'mailparser';
import { type FlowBench, openFlowBench } from './flow-bench.ts';

describe('the example “Double opt-in”', function () {
  this.timeout(30_000);
  let bench: FlowBench;
  const at = (path: string) => `${bench.nodeRed.url}${path}`;

  before(async () => {
    bench = await openFlowBench({ example: 'Double opt-in' });
  });
  after(() => bench?.close());

  const signUp = (email: string) =>
    fetch(at('/newsletter'), { method: 'POST', body: new URLSearchParams({ email }) });

  async function linkIn(index: number): Promise<string> {
    const { text } = await simpleParser(String((await bench.sink.holds(index + 1))[index]?.raw));
    return String(/http\S+/.exec(String(text))?.[0]);
  }

  const confirm = (link: string) => {
    const { origin, pathname, searchParams } = new URL(link);
    return fetch(origin + pathname, { method: 'POST', body: searchParams });
  };

  async function readersOfNextIssue(mailsBefore: number): Promise<string[]> {
    await bench.press('send the newsletter');
    return (await bench.sink.holds(mailsBefore + 1)).slice(mailsBefore).flatMap(({ to }) => to);
  }

  it('has a form', async () => {
    const page = await (await fetch(at('/newsletter'))).text();
    assert.match(page, /<form method="post" action="newsletter">/);
  });

  it('refuses what is no address, and several', async () => {
    for (const text of ['', 'ada', 'ada@example.org,grace@example.org', 'Ada <ada@example.org>']) {
      assert.equal((await signUp(text)).status, 400, text);
    }
  });

  it('sends a mail with a link to this Node-RED, which does nothing by being opened', async () => {
    assert.match(await (await signUp('ada@example.org')).text(), /Look into your inbox/);
    const link = await linkIn(0);
    assert.ok(link.startsWith(at('/newsletter/confirm?token=')), link);
    const page = await (await fetch(link)).text();
    assert.match(page, /Yes, send it to ada@example\.org/);
    await bench.press('send the newsletter');
    await bench.results.reach('nobody yet', 1);
  });

  it('asks nobody twice on a day, and does not say so', async () => {
    const again = await signUp('ADA@example.org');
    assert.deepEqual([again.status, /Look into your inbox/.test(await again.text())], [200, true]);
    assert.equal(bench.sink.mails.length, 1);
  });

  it('sends the newsletter to whoever pressed the button', async () => {
    assert.match(await (await confirm(await linkIn(0))).text(), /Welcome/);
    assert.deepEqual(await readersOfNextIssue(1), ['ada@example.org']);
  });

  it('takes a link once, and none that it did not make', async () => {
    const used = await linkIn(0);
    const tokens = ['0'.repeat(32), '__proto__', 'constructor', ''];
    const others = tokens.map((token) => at(`/newsletter/confirm?token=${token}`));
    for (const link of [used, ...others, at('/newsletter/confirm')]) {
      assert.deepEqual([(await fetch(link)).status, (await confirm(link)).status], [410, 410], link);
    }
  });

  it('takes back who left and signs up again', async () => {
    await leave(bench.sink.mails[1]?.raw);
    await bench.press('send the newsletter');
    await bench.results.reach('held', 1);
    assert.equal((await signUp('grace@example.org')).status, 200);
    await confirm(await linkIn(2));
    assert.deepEqual(await readersOfNextIssue(3), ['grace@example.org']);
  });
});

async function leave(raw: Buffer | undefined): Promise<void> {
  const { text } = await simpleParser(String(raw));
  const [, link] = /Unsubscribe: (http\S+)/.exec(String(text)) ?? [];
  const body = new URLSearchParams({ 'List-Unsubscribe': 'One-Click' });
  assert.equal((await fetch(String(link), { method: 'POST', body })).status, 200);
}
