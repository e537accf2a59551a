import assert from 'node:assert/strict';
import { type ParsedMail, simpleParser } from 'mailparser';
import type { FlowMessage } from '../support/flow-results.ts';
import { type FlowBench, openFlowBench } from './flow-bench.ts';

describe('the example “Send a welcome mail”', function () {
  this.timeout(30_000);
  let bench: FlowBench;
  let mail: ParsedMail;
  let result: FlowMessage;

  before(async () => {
    bench = await openFlowBench({ example: 'Send a welcome mail' });
    await bench.press('Ada signs up');
    [result] = (await bench.results.reach('sent', 1)) as [FlowMessage];
    mail = await simpleParser(String(bench.sink.mails[0]?.raw));
  });
  after(() => bench?.close());

  it('arrives once, from the app’s sender, at the person who signed up', () => {
    assert.equal(bench.sink.mails.length, 1);
    assert.equal(bench.sink.mails[0]?.from, 'shop@example.com');
    assert.deepEqual(bench.sink.mails[0]?.to, ['ada@example.org']);
    assert.equal(mail.from?.text, '"Example Shop" <shop@example.com>');
  });

  it('has the placeholders of subject, text and HTML filled, and escaped in HTML only', () => {
    assert.equal(mail.subject, 'Welcome to Example Shop, Ada');
    assert.match(String(mail.text), /you like tea & engines\./);
    assert.match(String(mail.html), /<b>tea &amp; engines<\/b>/);
  });

  it('brings the price list and, inside, the picture', () => {
    const [logo, prices] = [...mail.attachments].sort((a, b) =>
      String(a.filename).localeCompare(String(b.filename)),
    );
    assert.equal(mail.attachments.length, 2);
    assert.equal(logo?.contentType, 'image/png');
    assert.equal(logo?.cid, 'logo');
    assert.equal(logo?.contentDisposition, 'inline');
    assert.deepEqual([...(logo?.content ?? []).subarray(1, 4)], [...Buffer.from('PNG')]);
    assert.equal(prices?.filename, 'prices.csv');
    assert.equal(prices?.contentDisposition, 'attachment');
    assert.equal(String(prices?.content), 'article;price\r\ntea;4.90\r\ncoffee;7.20\r\n');
  });

  it('leaves the node as the user’s message with the result in msg.email', () => {
    const { email } = result;
    assert.equal(email.status, 'sent');
    assert.equal(email.code, 'sent');
    assert.equal(email.app, 'Example app');
    assert.equal(email.route, 'smtp');
    assert.equal(email.to, 'ada@example.org');
    assert.equal(email.attempts, 1);
    assert.equal(`<${email.messageId}>`, mail.messageId);
    assert.deepEqual(result.substitutions, { name: 'Ada', likes: 'tea & engines' });
    assert.equal(bench.results.at('failed').length + bench.results.at('suppressed').length, 0);
  });
});
