import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { EmailError } from '../../../nodes/lib/kernel/errors.ts';
import { copyId } from '../../../nodes/lib/outbound/copy-id.ts';
import { mailingFrom, mailingLimit } from '../../../nodes/lib/outbound/mailings.ts';
import type { SendFields } from '../../../nodes/lib/request/send-fields.ts';
import { appStage } from '../../support/app-stage.ts';
import { sampleSettings } from '../../support/sample-settings.ts';

const person = (index: number) => ({
  address: `p${index}@a.example`,
  substitutions: { name: `Ann ${index}` },
  correlationId: index === 3 ? 'third' : undefined,
});
const people = (count: number): unknown[] => Array.from({ length: count }, (_, index) => person(index));
const letter: SendFields = {
  from: 'shop@example.com',
  subject: 'Hello {{name}}',
  payload: '<p>Dear {{name}}</p>',
  correlationId: 'all',
};
const count = mailingFrom + 200;

describe('a message to very many', () => {
  const stage = () => {
    const { send, ...rest } = appStage();
    return {
      ...rest,
      send: (to: unknown, fields: SendFields = {}, requestId = randomUUID()) =>
        send({ ...letter, to, ...fields }, { requestId, reports: false }),
    };
  };

  it('sends each their own, with the subject and the correlation id that are theirs', async () => {
    const { send, clock, results, delivered } = stage();
    const requestId = randomUUID();
    const outcome = await send(people(count), {}, requestId);
    for (let turn = 0; results.length < count && turn < 500; turn++) await clock.advance(1000);
    assert.equal(outcome.count, count);
    assert.deepEqual(outcome.copies[3], {
      id: copyId(requestId, 3),
      to: { address: 'p3@a.example' },
      correlationId: 'third',
    });
    const found = results.find(({ id }) => id === copyId(requestId, 7));
    assert.deepEqual(
      [found?.to, found?.subject, found?.correlationId],
      [{ address: 'p7@a.example' }, 'Hello Ann 7', 'all'],
    );
    assert.deepEqual(new Set(delivered.map(({ envelope }) => envelope.to.join())).size, count);
    assert.ok(delivered.every(({ raw }) => !String(raw).includes('{{')));
  });

  it('has a copy for each address once, whatever its case', async () => {
    const { send } = stage();
    const outcome = await send([...people(count), 'P5@a.example', '"Ann" <p6@a.example>', 'new@a.example'], {
      substitutions: { name: 'you' },
    });
    assert.equal(outcome.count, count + 1);
    assert.deepEqual(outcome.copies.at(-1)?.to, { address: 'new@a.example' });
  });

  it('names the recipient at fault, and then has accepted none', async () => {
    const { send, app } = stage();
    const wrong: [unknown, string][] = [
      [{ address: 'no address' }, 'to[1100].address'],
      [{ ...person(1), substitutions: { 'a b': () => 1 } }, 'to[1100].substitutions["a b"]'],
      [{ ...person(1), surname: 'x' }, 'to[1100].surname'],
      [undefined, 'to[1100]'],
    ];
    for (const [given, field] of wrong)
      await assert.rejects(
        send(people(count).with(1100, given)),
        (error: { field?: string }) => error.field === field,
      );
    assert.equal(app.state().counts.waiting, 0);
  });

  it('refuses what would fail in the hands of the route', async () => {
    const { send } = stage();
    const without = { address: 'x@a.example', substitutions: { other: 1 } };
    await assert.rejects(send(people(count).with(1100, without)), { code: 'missing-substitution' });
    const broken = { address: 'x@a.example', substitutions: { name: 'a\r\nBcc: b@b.example' } };
    await assert.rejects(send(people(count).with(1100, broken)), { code: 'unsafe-characters' });
  });

  it('reads the body as a template if one of many has values of their own', async () => {
    const { send, clock, delivered } = stage();
    const plain = Array.from({ length: count }, (_, index) => `p${index}@a.example`);
    const outcome = await send(plain.toSpliced(1050, 1), { payload: 'as it is: {{name}}', subject: 'Hi' });
    assert.equal(outcome.count, count - 1);
    await clock.advance(100);
    assert.match(String(delivered[0]?.raw), /\{\{name\}\}/);
    await assert.rejects(send([...plain, person(1)]), { code: 'missing-substitution' });
  });

  it('names the first fault of what all share', async () => {
    const { send } = stage();
    await assert.rejects(send(people(count), { payload: undefined, body: undefined }), {
      code: 'missing-body',
    });
    await assert.rejects(send(people(count).with(0, { address: 'x', substitutions: { name: 'y' } })), {
      field: 'to[0].address',
    });
  });

  it('knows a mailing again by its key and all of its recipients', async () => {
    const { send } = stage();
    const key = { idempotencyKey: 'newsletter 7' };
    const first = await send(people(count), key);
    const again = await send(people(count), key);
    assert.deepEqual([again.requestId, again.isRepeated], [first.requestId, true]);
    assert.equal(again.copies[9]?.id, first.copies[9]?.id);
    await assert.rejects(send(people(count - 1), key), { code: 'idempotency-conflict' });
    await assert.rejects(send(people(count).with(1100, person(5000)), key), { code: 'idempotency-conflict' });
  });

  it('knows it again wherever its texts come from', async () => {
    const { send } = stage();
    const key = { idempotencyKey: 'newsletter 8' };
    const list = Array.from({ length: count }, (_, index) => `ordinary.name.${index}@a.example`);
    // a piece of a text with other letters: the same, and kept in another way
    const pieces = list.map((address) => `–${address}–`.slice(1, -1));
    const plain = { ...key, subject: 'Hi', payload: 'Hello' };
    const first = await send(list, plain);
    assert.equal((await send(pieces.with(0, String(list[0])), plain)).requestId, first.requestId);
  });

  it('goes to those who were on the list when it came, though the flow adds to it meanwhile', async () => {
    const { send } = stage();
    const list = people(count);
    const sending = send(list);
    list.push(...people(5 * count).slice(count));
    assert.equal((await sending).count, count);
  });

  it('refuses more than there may be before it reads any', async () => {
    const { send } = stage();
    const endless = new Array(mailingLimit + 1);
    await assert.rejects(send(endless), { code: 'too-many-recipients', field: 'to' });
  });

  it('refuses more than the queue may ever hold, and says what to do', async () => {
    const settings = sampleSettings();
    const { app, send } = appStage({
      settings: { ...settings, delivery: { ...settings.delivery, maxWaiting: count - 1 } },
    });
    await assert.rejects(send({ ...letter, to: people(count) }), (error: EmailError) => {
      assert.deepEqual([error.code, error.retryable], ['queue-too-small', false]);
      return /Queue/.test(error.message);
    });
    assert.equal(app.state().counts.waiting, 0);
  });

  it('keeps those together who have a Cc to ride on the first', async () => {
    const { send, clock, delivered } = stage();
    const outcome = await send(people(count), { cc: 'boss@a.example' });
    await clock.advance(100);
    assert.equal(outcome.count, count);
    assert.deepEqual(delivered[0]?.envelope.to, ['p0@a.example', 'boss@a.example']);
  });

  it('lists no copies of more than 10,000', async () => {
    const { send } = stage();
    const outcome = await send(people(10_001));
    assert.deepEqual([outcome.count, outcome.copies], [10_001, []]);
  });
});
