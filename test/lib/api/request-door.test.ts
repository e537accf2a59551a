import assert from 'node:assert/strict';
import { readApiKeys } from '../../../nodes/lib/api/api-keys.ts';
import { type DoorSettings, RequestDoor } from '../../../nodes/lib/api/request-door.ts';
import type { SendFields } from '../../../nodes/lib/request/send-fields.ts';
import { assertRefused } from '../../support/assert-refused.ts';
import { fakeClock } from '../../support/fake-clock.ts';

const secret = 'shop-key-0123456789';
const keys = readApiKeys([{ name: 'shop', variable: 'SHOP' }], () => secret);
const mail = (count = 1): SendFields => ({
  to: Array.from({ length: count }, (_, n) => `a${n}@example.net`),
});

function door(settings: Partial<DoorSettings> = {}) {
  const clock = fakeClock();
  return { clock, door: new RequestDoor({ keys, header: 'key', ...settings }, clock) };
}

describe('RequestDoor', () => {
  it('lets a caller in by the key in its header, and names it', () => {
    const fields = door().door.enter({ key: secret }, () => mail());
    assert.deepEqual(fields, { ...mail(), caller: 'shop', idempotencyKey: undefined });
  });

  it('takes a bearer token where that was chosen', () => {
    const { door: bearers } = door({ header: undefined });
    for (const authorization of [`Bearer ${secret}`, `bearer  ${secret}`]) {
      assert.equal(bearers.enter({ authorization }, () => mail()).caller, 'shop');
    }
  });

  const strangers: [string, unknown, Partial<DoorSettings>][] = [
    ['no headers at all', undefined, {}],
    ['no key', {}, {}],
    ['an empty key', { key: '' }, {}],
    ['another key', { key: `${secret}0` }, {}],
    ['the key in two headers, as Node joins them', { key: `${secret}, ${secret}` }, {}],
    ['a list of keys', { key: [secret] }, {}],
    ['the key in another header', { 'x-key': secret }, {}],
    ['the key as a bearer where a header was chosen', { authorization: `Bearer ${secret}` }, {}],
    ['the key in a header where a bearer was chosen', { key: secret }, { header: undefined }],
    ['the token without its scheme', { authorization: secret }, { header: undefined }],
    ['Basic', { authorization: `Basic ${secret}` }, { header: undefined }],
  ];
  for (const [what, headers, settings] of strangers) {
    it(`refuses ${what}, and reads no body`, async () => {
      let read = 0;
      const enter = () =>
        door(settings).door.enter(headers, () => {
          read += 1;
          return mail();
        });
      const error = await assertRefused(enter, 'bad-api-key');
      assert.equal(read, 0);
      assert.ok(!error.message.includes(secret));
    });
  }

  it('lets 1,000 destinations in, and no more, whichever field they are in', async () => {
    const { door: open } = door();
    assert.ok(open.enter({ key: secret }, () => mail(1000)));
    const more = { to: mail(998).to, cc: ['c@example.net'], bcc: ['d@example.net', 'e@example.net'] };
    await assertRefused(() => open.enter({ key: secret }, () => more), 'too-many-recipients', 'to');
  });

  it('counts destinations a minute, and says when to come again', async () => {
    const { door: slow, clock } = door({ perMinute: 60 });
    slow.enter({ key: secret }, () => mail(60));
    const error = await assertRefused(() => slow.enter({ key: secret }, () => mail(2)), 'too-many-requests');
    assert.deepEqual([error.detail.seconds, error.retryable], [2, true]);
    await clock.advance(2000);
    assert.ok(slow.enter({ key: secret }, () => mail(2)));
  });

  it('takes nothing from a caller for what strangers ask in its place', async () => {
    const { door: slow } = door({ perMinute: 1 });
    for (let n = 0; n < 5; n += 1) {
      await assertRefused(() => slow.enter({ key: 'x' }, () => mail()), 'bad-api-key');
    }
    assert.ok(slow.enter({ key: secret }, () => mail()));
  });

  it('takes the idempotency key of the header if the body has none', () => {
    const headers = { key: secret, 'idempotency-key': '"of header"' };
    const { door: open } = door();
    assert.equal(open.enter(headers, () => mail()).idempotencyKey, 'of header');
    const own = { ...mail(), idempotencyKey: 'of body' };
    assert.equal(open.enter(headers, () => own).idempotencyKey, 'of body');
  });
});
