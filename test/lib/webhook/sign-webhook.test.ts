import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { signWebhook } from '../../../nodes/lib/webhook/sign-webhook.ts';
import type { WebhookFormat } from '../../../nodes/lib/webhook/webhook-settings.ts';

const [secret, oldSecret, strange] = [24, 64, 32].map(
  (length, index) => `whsec_${Buffer.alloc(length, index + 200).toString('base64')}`,
) as [string, string, string];
const body = '{"type":"email.delivered","data":{"name":"Zoë €"}}';
const standard: WebhookFormat = { kind: 'standard' };

function signed(secrets: readonly string[], format = standard, now = Date.now()): Record<string, string> {
  return signWebhook({ id: 'app-1-2', body, now, settings: { format, secrets } });
}

describe('signWebhook', () => {
  it('makes what the published library verifies, with the new secret and the old', () => {
    for (const known of [secret, oldSecret]) {
      assert.deepEqual(new Webhook(known).verify(body, signed([secret, oldSecret])), JSON.parse(body));
    }
  });

  it('makes nothing that another secret, body, id or time verifies', () => {
    const headers = signed([secret, oldSecret]);
    const refuse = (known: string, text: string, given: Record<string, string>) =>
      assert.throws(() => new Webhook(known).verify(text, given), { name: 'WebhookVerificationError' });
    refuse(strange, body, headers);
    refuse(secret, body.replace('delivered', 'bounced'), headers);
    refuse(secret, body, { ...headers, 'webhook-id': 'app-1-3' });
    refuse(secret, body, {
      ...headers,
      'webhook-timestamp': String(Number(headers['webhook-timestamp']) + 1),
    });
    refuse(secret, body, signed([secret], standard, Date.now() - 6 * 60_000));
  });

  it('makes what that library verifies for any body, and for no other body', () => {
    const settings = { format: standard, secrets: [secret] };
    const text = fc.string({ unit: 'binary', maxLength: 60 }).map((name) => JSON.stringify({ name }));
    fc.assert(
      fc.property(text, fc.nat(), (given, place) => {
        const headers = signWebhook({ id: 'app-1-2', body: given, now: Date.now(), settings });
        assert.doesNotThrow(() => new Webhook(secret).verify(given, headers));
        const at = place % given.length;
        const other = `${given.slice(0, at)}${given[at] === 'x' ? 'y' : 'x'}${given.slice(at + 1)}`;
        for (const changed of [other, given.slice(0, -1), `${given} `])
          assert.throws(() => new Webhook(secret).verify(changed, headers), {
            name: 'WebhookVerificationError',
          });
      }),
    );
  });

  it('signs id, seconds and body with the bytes that the secret holds', () => {
    const key = Buffer.alloc(24, 200);
    const content = `app-1-2.1700000000.${body}`;
    const expected = createHmac('sha256', key).update(Buffer.from(content, 'utf8')).digest('base64');
    assert.deepEqual(signed([secret], standard, 1_700_000_000_999), {
      'content-type': 'application/json',
      'user-agent': 'email-app',
      'webhook-id': 'app-1-2',
      'webhook-timestamp': '1700000000',
      'webhook-signature': `v1,${expected}`,
    });
  });

  it('agrees with the sample of the specification’s libraries', () => {
    const headers = signWebhook({
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      body: '{"test": 2432232314}',
      now: 1_614_265_330_000,
      settings: { format: standard, secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'] },
    });
    assert.equal(headers['webhook-signature'], 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });

  for (const hash of ['sha256', 'sha512'] as const) {
    it(`signs the body alone with ${hash} in the reference product’s header`, () => {
      const format = { kind: 'webex', hash, timeZone: 'UTC' } as const;
      const headers = signed(['a secret of any kind', 'the one before it'], format);
      const hex = createHmac(hash, 'a secret of any kind').update(body, 'utf8').digest('hex');
      assert.equal(headers['x-hub-signature'], `${hash}=${hex}`);
      assert.equal(headers['webhook-id'], 'app-1-2');
      assert.equal(headers['webhook-signature'], undefined);
    });
  }

  it('signs a template’s body as standard', () => {
    const headers = signed([secret], { kind: 'template', template: {} });
    assert.deepEqual(new Webhook(secret).verify(body, headers), JSON.parse(body));
  });

  it('leaves the signature out without a secret', () => {
    const headers = signed([]);
    assert.deepEqual(Object.keys(headers), ['content-type', 'user-agent', 'webhook-id', 'webhook-timestamp']);
  });
});
