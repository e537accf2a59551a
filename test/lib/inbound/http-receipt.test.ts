import assert from 'node:assert/strict';
import { type HttpReceipt, type MailPost, openHttpReceipt } from '../../../nodes/lib/inbound/http-receipt.ts';
import { EmailError } from '../../../nodes/lib/kernel/errors.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { type MemoryInboundQueue, memoryInboundQueue } from '../../support/memory-inbound-queue.ts';
import { pieces } from '../../support/pieces.ts';

const secret = 'a-secret-of-many-letters';
const clock = fakeClock();

describe('openHttpReceipt', () => {
  let queue: MemoryInboundQueue;
  let receipt: HttpReceipt;
  let troubles: string[];
  const open = (accept?: MemoryInboundQueue['accept']) => {
    troubles = [];
    receipt = openHttpReceipt(
      { secret },
      {
        queue: { accept: accept ?? queue.accept },
        maxMailBytes: 1000,
        clock,
        onTrouble: ({ code }) => troubles.push(code),
      },
    );
  };
  beforeEach(() => {
    queue = memoryInboundQueue();
    open();
  });

  const post = async (headers: Record<string, string | undefined> = {}, given: Partial<MailPost> = {}) =>
    receipt.answer({
      method: 'POST',
      ip: '192.0.2.1',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'message/rfc822', ...headers },
      body: pieces('Subject: posted\r\n\r\nhello'),
      ...given,
    });

  it('answers with the id of the mail when it is on disk', async () => {
    const { status, headers, body } = await post();
    assert.deepEqual([status, headers['content-type']], [202, 'application/json']);
    assert.equal((await queue.begin())?.id, JSON.parse(body).id);
    assert.deepEqual(queue.raws(), ['Subject: posted\r\n\r\nhello']);
    assert.deepEqual(queue.facts(), [
      { source: 'http', envelope: { to: [] }, receivedAt: clock.now(), sourceKey: undefined },
    ]);
    assert.deepEqual(receipt.state(), { source: 'http', connected: true, lastMailAt: clock.now() });
  });

  it('takes a mail with one Idempotency-Key once, and answers both alike', async () => {
    const first = await post({ 'idempotency-key': 'order-7' });
    assert.deepEqual(await post({ 'idempotency-key': 'order-7' }), first);
    assert.equal(queue.raws().length, 1);
  });

  it('refuses another mail with an Idempotency-Key that was used: 409', async () => {
    await post({ 'idempotency-key': 'order-7' });
    const body = pieces('Subject: posted\r\n\r\nhello!');
    assert.equal((await post({ 'idempotency-key': 'order-7' }, { body })).status, 409);
    assert.deepEqual([queue.raws().length, troubles], [1, []]);
  });

  const refused: readonly [string, number, Record<string, string | undefined>, Partial<MailPost>?][] = [
    ['without a secret', 401, { authorization: undefined }],
    ['with another secret', 401, { authorization: 'Bearer nonsense-nonsense' }],
    ['with a part of the secret', 401, { authorization: `Bearer ${secret.slice(0, -1)}` }],
    ['with the secret another way', 401, { authorization: secret }],
    ['of another type', 415, { 'content-type': 'application/json' }],
    ['of no type', 415, { 'content-type': undefined }],
    ['that says that it is too large', 413, { 'content-length': '1001' }],
    ['that is too large', 413, {}, { body: pieces('x'.repeat(1001)) }],
    ['with a key that cannot be one', 400, { 'idempotency-key': ' ' }],
    ['with a long key', 400, { 'idempotency-key': 'x'.repeat(201) }],
    ['that is no POST', 405, {}, { method: 'PUT' }],
  ];
  for (const [name, status, headers, given] of refused)
    it(`refuses a mail ${name}: ${status}`, async () => {
      const answer = await post(headers, given);
      assert.deepEqual([answer.status, answer.headers.connection], [status, 'close']);
      assert.deepEqual([queue.raws(), troubles], [[], []]);
    });

  it('looks at no body before it knows the secret', async () => {
    const body = {
      [Symbol.asyncIterator]: () => assert.fail('it was looked at'),
    };
    assert.equal((await post({ authorization: 'Bearer wrong' }, { body })).status, 401);
  });

  it('slows down who tries secrets, and nobody who has it', async () => {
    const statuses = [];
    for (let turn = 0; turn < 40; turn++) statuses.push((await post({ authorization: 'Bearer no' })).status);
    assert.deepEqual([...new Set(statuses)], [401, 429]);
    assert.equal((await post()).status, 202);
  });

  for (const code of ['disk-full', 'inbound-full', 'store-unavailable'] as const)
    it(`asks to try again after ${code}`, async () => {
      open(() => Promise.reject(new EmailError(code, { retryable: true })));
      const { status, headers } = await post();
      assert.deepEqual([status, headers['retry-after'], troubles], [503, '30', [code]]);
    });

  it('keeps nothing of a mail that was cut off, and troubles nobody with it', async () => {
    const body = (async function* () {
      yield Buffer.from('Subject: cut');
      throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
    })();
    assert.equal((await post({}, { body })).status, 503);
    assert.deepEqual([queue.raws(), troubles], [[], []]);
  });
});
