import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { type MailTaking, takeMail } from '../../../../nodes/lib/inbound/ses/take-mail.ts';
import { EmailError } from '../../../../nodes/lib/kernel/errors.ts';
import { assertRefused } from '../../../support/assert-refused.ts';
import { memoryInboundQueue } from '../../../support/memory-inbound-queue.ts';

const storage = { bucket: 'mails', prefix: 'inbound/' };

function notice(action: object = {}, content?: string) {
  const objectKey = 'inbound/m1';
  const body = JSON.stringify({
    notificationType: 'Received',
    mail: { messageId: 'm1', source: '' },
    receipt: {
      recipients: ['in@example.com'],
      action: { type: 'S3', bucketName: 'mails', objectKey, ...action },
    },
    content,
  });
  return { id: 'n1', body, arrivedAt: 1000, attempts: 0 };
}

function bucket(object: object, changes: Partial<MailTaking> = {}) {
  const calls: unknown[] = [];
  const troubles: string[] = [];
  const queue = memoryInboundQueue();
  const s3 = async (operation: string, input: object) => {
    calls.push([operation, input]);
    return operation === 'GetObject' ? object : {};
  };
  const taking: MailTaking = {
    storage,
    s3: s3 as never,
    queue,
    maxMailBytes: 1000,
    onTrouble: ({ code }) => troubles.push(code),
    ...changes,
  };
  return { taking, calls, troubles, queue };
}

const Bucket = 'mails';
const Key = 'inbound/m1';

describe('takeMail', () => {
  it('reads the one object that the notice may name, and leaves it there', async () => {
    const { taking, calls, queue } = bucket({ Body: Readable.from([Buffer.from('a'), Buffer.from('b')]) });
    assert.equal(await takeMail(notice(), taking), true);
    assert.deepEqual([calls, queue.raws()], [[['GetObject', { Bucket, Key }]], ['ab']]);
    assert.equal(queue.facts()[0]?.envelope.from, '');
  });

  it('deletes it where that is asked for, and only when it is safe here', async () => {
    const kept = bucket({ Body: Readable.from([Buffer.from('a')]) }, { removeAfter: true });
    await takeMail(notice(), kept.taking);
    assert.deepEqual(kept.calls.at(-1), ['DeleteObject', { Bucket, Key }]);
    const accept = () => Promise.reject(new EmailError('disk-full', { retryable: true }));
    const lost = bucket({ Body: Readable.from(['a']) }, { removeAfter: true, queue: { accept } });
    await assertRefused(() => takeMail(notice(), lost.taking), 'disk-full');
    assert.equal(lost.calls.length, 1);
  });

  for (const name of ['x-amz-cek-alg', 'x-amz-key-v2']) {
    it(`does not take what SES encrypted by itself for a mail: ${name}`, async () => {
      const Body = Readable.from(['?']);
      const { taking, queue } = bucket({ Body, Metadata: { [name]: 'x' } });
      await assertRefused(() => takeMail(notice(), taking), 'bad-notice');
      assert.deepEqual([Body.destroyed, queue.raws()], [true, []]);
    });
  }

  it('does not begin to read what is too large, and ends when more comes than was said', async () => {
    const Body = Readable.from(['?']);
    const { taking } = bucket({ Body, ContentLength: 1001 });
    await assertRefused(() => takeMail(notice(), taking), 'mail-too-large');
    assert(Body.destroyed);
    const liar = bucket({ Body: Readable.from([Buffer.alloc(1001)]), ContentLength: 1 });
    await assertRefused(() => takeMail(notice(), liar.taking), 'mail-too-large');
  });

  it('lets go of the connection when the queue does not take the mail to its end', async () => {
    const Body = Readable.from(['?']);
    const accept = () => Promise.reject(new EmailError('disk-full', { retryable: true }));
    const { taking } = bucket({ Body }, { queue: { accept } });
    await assertRefused(() => takeMail(notice(), taking), 'disk-full');
    assert(Body.destroyed);
  });

  it('takes a connection that broke for trouble that passes', async () => {
    const Body = Readable.from(
      (async function* () {
        yield Buffer.from('half');
        throw new Error('socket hang up');
      })(),
    );
    const { taking, queue } = bucket({ Body });
    await assert.rejects(takeMail(notice(), taking), /socket hang up/);
    assert.deepEqual(queue.raws(), []);
  });

  it('asks S3 for nothing outside its folder', async () => {
    for (const action of [{ objectKey: 'keys/m1' }, { bucketName: 'other' }]) {
      const { taking, calls } = bucket({});
      await assertRefused(() => takeMail(notice(action), taking), 'bad-notice');
      assert.deepEqual(calls, []);
    }
  });

  it('takes a mail inside the notice, and warns that larger ones bounce', async () => {
    const { taking, calls, troubles, queue } = bucket({});
    const inside = notice({ type: 'SNS', encoding: 'BASE64' }, Buffer.from('mail').toString('base64'));
    assert.equal(await takeMail(inside, taking), true);
    assert.deepEqual([calls, troubles, queue.raws()], [[], ['inline-mail'], ['mail']]);
  });

  it('has nothing to do for the object of the set-up', async () => {
    const { taking, calls } = bucket({});
    assert.equal(
      await takeMail(notice({ objectKey: 'inbound/AMAZON_SES_SETUP_NOTIFICATION' }), taking),
      false,
    );
    assert.deepEqual(calls, []);
  });
});
