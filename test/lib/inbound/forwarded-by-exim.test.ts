import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { createTransport } from 'nodemailer';
import { smtpReceivers } from '../../../nodes/lib/inbound/smtp-receiver.ts';
import { systemClock } from '../../../nodes/lib/kernel/clock.ts';
import { type Exim, eximIsMissing, startExim } from '../../support/exim.ts';
import { type MemoryInboundQueue, memoryInboundQueue } from '../../support/memory-inbound-queue.ts';

const mailbox = 'ann@a.example';
const forwardingAddress = 'in-abcdefgh@mx.b.example';

describe('mail that a real mail server forwards', function () {
  this.timeout(60_000);
  const missing = eximIsMissing();
  let queue: MemoryInboundQueue;
  let exim: Exim;
  let close: () => Promise<void>;

  before(async () => {
    if (missing) return;
    queue = memoryInboundQueue();
    const receiver = await smtpReceivers().open(
      { host: 'mx.b.example', address: '127.0.0.1', port: 0, addresses: [] },
      {
        appId: 'app00001',
        forwardingAddress,
        queue,
        maxMailBytes: 40_000_000,
        clock: systemClock,
        onTrouble: assert.fail,
      },
    );
    ({ close } = receiver);
    exim = await startExim(receiver.port, { from: mailbox, to: forwardingAddress });
  });
  after(async () => {
    await exim?.stop();
    await close?.();
  });

  async function received(count: number): Promise<readonly string[]> {
    while (queue.raws().length < count) await wait(50);
    return queue.raws();
  }
  const send = async (text: string, to = mailbox) => {
    const client = createTransport({ host: '127.0.0.1', port: exim.port, ignoreTLS: true });
    const raw = `From: bob@c.example\r\nTo: ${to}\r\nSubject: on its way\r\n\r\n${text}\r\n`;
    await client.sendMail({ envelope: { from: 'bob@c.example', to }, raw });
    client.close();
  };

  it(title('comes to the forwarding address, whole and once'), async function () {
    if (missing) return this.skip();
    const body = `.dot\r\n..dots\r\n${randomBytes(90_000).toString('base64').replace(/.{76}/g, '$&\r\n')}`;
    await send(body);
    const [raw = ''] = await received(1);
    assert.ok(raw.endsWith(`\r\n\r\n${body}\r\n`));
    assert.match(
      raw,
      /^Received: from relay\.example\.net \(\[127\.0\.0\.1\]\)\r\n\tby mx\.b\.example with ESMTP/,
    );
    assert.deepEqual(queue.facts()[0]?.envelope, { from: 'bob@c.example', to: [forwardingAddress] });
  });

  it(title('is all there when there is much of it, and mail for others is not taken'), async function () {
    if (missing) return this.skip();
    const count = 40;
    const before = queue.raws().length;
    await send('not ours', 'carl@d.example');
    for (let index = 0; index < count; index++) await send(`number ${index}.`);
    const raws = (await received(before + count)).slice(before);
    const numbers = raws.map((raw) => /number (\d+)\./.exec(raw)?.[1]);
    assert.equal(new Set(numbers).size, count);
    await wait(500);
    assert.equal(queue.raws().length, before + count);
  });

  function title(sentence: string): string {
    return missing ? `${sentence} (${missing})` : sentence;
  }
});
