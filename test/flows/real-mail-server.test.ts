import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { authenticate } from 'mailauth';
import { simpleParser } from 'mailparser';
import type { FlowNode } from '../../demo/example-flows.ts';
import { type Exim, eximIsMissing, startExim } from '../support/exim.ts';
import { type MailSink, openMailSink } from '../support/mail-sink.ts';
import { type FlowBench, openFlowBench } from './flow-bench.ts';
import { withMany } from './many-recipients.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'der' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

/** The DNS that the receiving side sees. */
const records: Readonly<Record<string, string>> = {
  'example.com': 'v=spf1 ip4:127.0.0.1 -all',
  'mail._domainkey.example.com': `v=DKIM1; k=rsa; p=${publicKey.toString('base64')}`,
  '_dmarc.example.com': 'v=DMARC1; p=reject; adkim=s; aspf=s',
};

async function resolver(name: string, type: string): Promise<string[][]> {
  const text = records[name];
  if (type === 'TXT' && text) return [[text]];
  throw Object.assign(new Error(`no ${type} of ${name}`), { code: 'ENOTFOUND' });
}

describe('through a real mail server', function () {
  this.timeout(60_000);
  const missing = eximIsMissing();
  let receiver: MailSink;
  let exim: Exim;
  let bench: FlowBench;

  before(async () => {
    if (missing) return;
    receiver = await openMailSink();
    exim = await startExim(receiver.port);
    const app = { dkimDomain: 'example.com', dkimSelector: 'mail', credentials: { dkimKey: privateKey } };
    bench = await openFlowBench({ example: 'Send a welcome mail', smtpPort: exim.port, app });
  });
  after(async () => {
    await bench?.close();
    await exim?.stop();
    await receiver?.close();
  });

  it(title('passes DKIM, SPF and DMARC at the receiver'), async function () {
    if (missing) return this.skip();
    await bench.press('Ada signs up');
    const [mail] = await receiver.holds(1);
    const { dkim, spf, dmarc } = await authenticate(mail?.raw ?? '', {
      ip: '127.0.0.1',
      helo: 'relay.example.net',
      sender: String(mail?.from),
      mta: 'mx.example.org',
      resolver,
    });
    assert.deepEqual(
      dkim.results.map(({ status, signingDomain, selector }) => [status.result, signingDomain, selector]),
      [['pass', 'example.com', 'mail']],
    );
    assert.ok(spf && dmarc);
    assert.equal(spf.status.result, 'pass');
    assert.equal(dmarc.status.result, 'pass');
  });

  it(title('arrives whole, and the result names the server’s answer'), async function () {
    if (missing) return this.skip();
    const [result] = await bench.results.reach('sent', 1);
    const mail = await simpleParser(String(receiver.mails[0]?.raw));
    assert.equal(mail.subject, 'Welcome to Example Shop, Ada');
    assert.equal(mail.attachments.length, 2);
    assert.equal(`<${result?.email.messageId}>`, mail.messageId);
    assert.match(String(result?.email.reason), /250/);
    assert.match(String(result?.email.providerMessageId), /^\w+-\w+-\w+$/, 'the id in Exim’s log');
  });

  it(title('tells whom the server refused'), async function () {
    if (missing) return this.skip();
    await bench.nodeRed.deploy(withOneRefused(bench.flows));
    await bench.press('Ada signs up');
    const [refused] = await bench.results.reach('failed', 1);
    assert.equal(refused?.email.to, 'refused@example.org');
    assert.equal(refused?.email.code, 'recipient-refused');
    assert.match(String(refused?.email.reason), /550 no such user here/);
    await receiver.holds(2);
    assert.deepEqual(receiver.mails[1]?.to, ['person-0@example.org']);
  });

  it(title('loses none of many'), async function () {
    if (missing) return this.skip();
    const count = 30;
    const before = receiver.mails.length;
    await bench.nodeRed.deploy(withMany(bench.flows, count));
    await bench.press('Ada signs up');
    const mails = (await receiver.holds(before + count)).slice(before);
    assert.equal(new Set(mails.map(({ to }) => String(to))).size, count);
  });

  function title(sentence: string): string {
    return missing ? `${sentence} (${missing})` : sentence;
  }
});

function withOneRefused(flows: readonly FlowNode[]): FlowNode[] {
  const to = { p: 'to', v: '["refused@example.org", "person-0@example.org"]', vt: 'json' };
  const change = (node: FlowNode) =>
    node.type === 'inject'
      ? { ...node, props: [...(node.props as { p: string }[]).filter(({ p }) => p !== 'to'), to] }
      : node;
  return flows.map(change);
}
