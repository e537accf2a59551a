import assert from 'node:assert/strict';
import { simpleParser } from 'mailparser';
import { type FlowBench, openFlowBench } from './flow-bench.ts';

describe('the example “Newsletter with filter”', function () {
  this.timeout(30_000);
  let bench: FlowBench;
  const mailTo = (address: string) => bench.sink.mails.filter(({ to }) => to.includes(address));
  const removed = () => bench.results.at('left out').map((message) => message.email as unknown);

  before(async () => {
    bench = await openFlowBench({ example: 'Newsletter with filter' });
    await bench.press('send the newsletter');
    await bench.results.reach('sent', 2);
  });
  after(() => bench?.close());

  it('gives each reader a link of their own, in both parts of the mail', async () => {
    const [ada, grace] = await Promise.all([
      linksIn(mailTo('ada@example.org')),
      linksIn(mailTo('grace@example.org')),
    ]);
    assert.equal(ada.html, ada.text);
    assert.notEqual(ada.text, grace.text);
    assert.match(ada.text, /^http:\/\/127\.0\.0\.1:\d+\/email-app\/exampleapp\/unsubscribe\/[\w-]+$/);
  });

  it('has no one-click header for a link without https', () => {
    for (const { raw } of bench.sink.mails) assert.doesNotMatch(String(raw), /^List-Unsubscribe-Post:/im);
  });

  it('shows a page that changes nothing by being opened', async () => {
    const { text } = await linksIn(mailTo('ada@example.org'));
    for (const method of ['GET', 'HEAD', 'OPTIONS']) assert.ok((await fetch(text, { method })).ok, method);
    await bench.press('send the newsletter');
    await bench.results.reach('sent', 4);
    assert.deepEqual(removed(), []);
  });

  it('leaves a reader out who pressed the button', async () => {
    const { text } = await linksIn(mailTo('ada@example.org'));
    const page = await (await fetch(text)).text();
    assert.ok((await fetch(text, { method: 'POST', body: formOf(page) })).ok);
    await bench.press('send the newsletter');
    await bench.results.reach('left out', 1);
    await bench.results.reach('sent', 5);
    assert.equal(mailTo('ada@example.org').length, 2);
    assert.equal(mailTo('grace@example.org').length, 3);
    const [{ suppressed }] = removed() as [{ suppressed: { address: string; code: string }[] }];
    assert.deepEqual(
      suppressed.map(({ address, code }) => [address, code]),
      [['ada@example.org', 'unsubscribed']],
    );
  });
});

async function linksIn(mails: readonly { raw: Buffer | string }[]): Promise<{ html: string; text: string }> {
  const { html, text } = await simpleParser(String(mails[0]?.raw));
  return {
    html: String(/href="(http[^"]+)"/.exec(String(html))?.[1]).replaceAll('&amp;', '&'),
    text: String(/Unsubscribe: (http\S+)/.exec(String(text))?.[1]),
  };
}

/** What a browser posts when the page's button is pressed. */
function formOf(page: string): URLSearchParams {
  const form = new URLSearchParams({ do: 'leave' });
  const asked = page.split('<form').find((text) => text.includes('name="do" value="leave"')) ?? '';
  for (const [input] of asked.matchAll(/<input[^>]+>/g)) {
    const [, name = ''] = /name="([^"]*)"/.exec(input) ?? [];
    const isSent = input.includes('type="hidden"') || input.includes(' checked');
    if (isSent) form.append(name, /value="([^"]*)"/.exec(input)?.[1] ?? '');
  }
  return form;
}
