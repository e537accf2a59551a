import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { AppKey, KeyRing } from '../../../nodes/lib/keys/key-ring.ts';
import { readRules } from '../../../nodes/lib/rule/match-rules.ts';
import { processRequest } from '../../../nodes/lib/unsubscribe/process-request.ts';
import { sealToken } from '../../../nodes/lib/unsubscribe/unsubscribe-token.ts';
import { assertRefused } from '../../support/assert-refused.ts';
import { memorySuppressionList } from '../../support/memory-suppression-list.ts';

const now = Date.UTC(2026, 10, 23);
const key: AppKey = { id: 'k001', secret: new Uint8Array(32).fill(7) };
const keys: KeyRing = { current: () => key, find: (_purpose, id) => (id === key.id ? key : undefined) };
const claims = { appId: 'appapp01', address: 'ann@example.net', listTopic: 'news', emailId: 'mail-1' };
const token = sealToken(claims, keys);
const rules = readRules(
  {
    take: 'first',
    rules: [
      { match: 'any', conditions: [{ property: 'email.text', operator: 'contains', value: 'stop mailing' }] },
    ],
  },
  'rules',
);

const ordinary = {
  kind: 'mail',
  from: { address: 'ann@example.net', name: 'Ann' },
  to: [{ address: 'shop@example.com' }],
  cc: [],
  subject: 'Hello',
  text: 'Hi',
  headers: { from: 'Ann <ann@example.net>' },
  auth: { spf: 'pass', dkim: 'none', dmarc: 'pass' },
  messageId: '<1@example.net>',
};

async function process(changes: object, mailto = 'unsub@example.com') {
  const suppressions = memorySuppressionList();
  const rooms = { appId: 'appapp01', mailto, keys, suppressions, rules, now };
  const outcome = await processRequest({ email: { ...ordinary, ...changes } }, rooms);
  return { ...outcome, entries: (await suppressions.list({ limit: 10 })).entries };
}

const toList = { to: [{ address: 'unsub@example.com' }] };
const forged = { from: 'victim@example.net', auth: { spf: 'fail', dkim: 'fail', dmarc: 'fail' } };

describe('processRequest', () => {
  for (const [what, changes] of [
    ['in the local part', { to: [{ address: `unsub+${token}@example.com` }] }],
    ['in the local part of a plain text', { to: `Leave <unsub+${token}@example.com>` }],
    ['in a Cc address', { cc: [`unsub+${token}@example.com`] }],
    ['as the subject', { subject: token }],
    ['within the subject', { subject: `unsubscribe ${token} please` }],
    ['whoever sent it', { subject: token, ...forged }],
  ] as const) {
    it(`records the request of a token ${what}`, async () => {
      const { kind, detail, entries } = await process(changes);
      assert.equal(kind, 'recorded');
      const { address, listTopic, emailId } = claims;
      assert.deepEqual(detail, {
        by: 'token',
        authenticatedBy: 'token',
        address,
        listTopic,
        emailId,
        added: true,
      });
      const [{ cause, method, at, detail: proof, ...entry } = assert.fail()] = entries;
      assert.deepEqual([entry.address, entry.listTopic, entry.emailId], [address, listTopic, emailId]);
      assert.deepEqual([cause, method, at], ['unsubscribe', 'mailto', now]);
      assert.equal(proof, 'by token, proven by token');
    });
  }

  for (const [what, subject] of [
    ['cut', token.slice(0, -2)],
    ['altered', `${token.slice(0, 30)}${token[30] === 'A' ? 'B' : 'A'}${token.slice(31)}`],
    ['of another app', sealToken({ ...claims, appId: 'otherapp1' }, keys)],
  ] as const) {
    it(`does not believe a token that is ${what}`, async () => {
      const { kind, entries } = await process({ subject, ...forged });
      assert.deepEqual([kind, entries], ['not-a-request', []]);
    });
  }

  for (const address of ['mail+leave@example.com', 'mail+leave+brokentoken@example.com']) {
    it(`knows a mail-to address with a plus of its own in ${address}`, async () => {
      const { detail } = await process({ to: [{ address }] }, 'mail+leave@example.com');
      assert.equal(detail.by, 'mailto');
    });
  }

  for (const [by, changes] of [
    ['mailto', toList],
    ['mailto', { to: [{ address: 'Unsub+brokentoken@Example.com' }] }],
    ['subject', { subject: ' list-unsubscribe ' }],
    ['kind', { kind: 'unsubscribe' }],
    ['rule', { text: 'Please STOP mailing me' }],
  ] as const) {
    it(`takes a mail for a request by its ${by}, and believes an authenticated sender`, async () => {
      const { kind, detail, entries } = await process(changes);
      assert.equal(kind, 'recorded');
      assert.deepEqual(detail, { by, authenticatedBy: 'dmarc', address: 'ann@example.net', added: true });
      assert.deepEqual(
        entries.map(({ address, listTopic }) => [address, listTopic]),
        [['ann@example.net', undefined]],
      );
    });

    it(`wants confirmation when the sender of a request by ${by} may be forged`, async () => {
      const { kind, detail, entries } = await process({ ...changes, ...forged });
      assert.deepEqual(
        [kind, detail.by, detail.address, entries],
        ['needs-confirmation', by, 'victim@example.net', []],
      );
      assert.match(String(detail.reason), /not authenticated/);
    });
  }

  for (const [what, auth, expected] of [
    ['DMARC', { dmarc: { result: 'pass', domain: 'example.net' } }, 'dmarc'],
    ['DMARC of another domain', { dmarc: { result: 'pass', domain: 'evil.example' } }, undefined],
    ['an aligned signature', { dkim: { result: 'pass', domain: 'Example.net' } }, 'dkim'],
    [
      'an aligned signature among others',
      {
        dkim: [
          { result: 'pass', domain: 'esp.example' },
          { result: 'pass', domain: 'example.net' },
        ],
      },
      'dkim',
    ],
    ['a foreign signature', { dkim: { result: 'pass', domain: 'evil.example' } }, undefined],
    ['a signature by a domain that ends alike', { dkim: { result: 'pass', domain: 'ample.net' } }, undefined],
    ['a signature by a top-level domain', { dkim: { result: 'pass', domain: 'net' } }, undefined],
    ['a signature by a domain below', { dkim: { result: 'pass', domain: 'x.example.net' } }, undefined],
    ['an aligned signature that failed', { dkim: { result: 'fail', domain: 'example.net' } }, undefined],
    ['a signature of nobody knows whom', { dkim: 'pass' }, undefined],
    ['SPF alone', { spf: 'pass' }, undefined],
    ['nothing', undefined, undefined],
  ] as const) {
    it(`${expected ? 'believes' : 'does not believe'} ${what}`, async () => {
      const { kind, detail } = await process({ ...toList, auth });
      assert.equal(detail.authenticatedBy, expected);
      assert.equal(kind, expected ? 'recorded' : 'needs-confirmation');
    });
  }

  it('believes a signature by the domain above', async () => {
    const changes = {
      ...toList,
      from: 'ann@mail.example.net',
      auth: { dkim: { result: 'pass', domain: 'example.net' } },
    };
    assert.equal((await process(changes)).kind, 'recorded');
  });

  for (const from of [['a@example.net', 'b@example.net'], 'not an address', undefined, { address: 7 }]) {
    it(`wants confirmation for a mail from ${JSON.stringify(from)}`, async () => {
      const { kind, detail } = await process({ ...toList, from });
      assert.deepEqual([kind, detail.address], ['needs-confirmation', undefined]);
    });
  }

  for (const [what, changes] of [
    ['a bounce', { kind: 'bounce' }],
    ['a complaint', { kind: 'complaint' }],
    ['an automatic answer', { kind: 'auto-reply' }],
    ['a loop', { kind: 'loop' }],
    ['a mail without return path', { headers: { 'return-path': '<>' } }],
    [
      'a mail sent automatically',
      { headers: [{ name: 'Auto-Submitted', value: 'auto-replied (vacation)' }] },
    ],
    ['bulk mail', { headers: { precedence: 'bulk' } }],
    ['a mail of an email app', { headers: { 'x-email-app-loop': '1' } }],
  ] as const) {
    it(`ignores ${what} even with a token`, async () => {
      const { kind, detail, entries } = await process({ ...changes, subject: token });
      assert.deepEqual([kind, entries], ['not-a-request', []]);
      assert.ok(detail.reason);
    });
  }

  it('takes a mail that only asks for no answer, or passed a list', async () => {
    const headers = { 'x-auto-response-suppress': 'OOF', 'list-id': '<x.example>' };
    assert.equal((await process({ headers, subject: token })).kind, 'recorded');
  });

  it('leaves any other mail alone', async () => {
    const { kind, entries } = await process({});
    assert.deepEqual([kind, entries], ['not-a-request', []]);
  });

  it('says when the address was on the list already', async () => {
    const suppressions = memorySuppressionList();
    const rooms = { appId: 'appapp01', keys, suppressions, rules, now };
    const message = { email: { ...ordinary, subject: token } };
    assert.equal((await processRequest(message, rooms)).detail.added, true);
    assert.equal((await processRequest(message, rooms)).detail.added, false);
  });

  for (const email of [undefined, null, 'text', { status: 'sent' }]) {
    it(`refuses ${JSON.stringify(email)} as a mail`, () =>
      assertRefused(
        () =>
          processRequest({ email }, { appId: 'a', keys, suppressions: memorySuppressionList(), rules, now }),
        'no-received-mail',
        'email',
      ));
  }

  it('fails when the list cannot be written', async () => {
    const suppressions = memorySuppressionList();
    suppressions.fail();
    const rooms = { appId: 'appapp01', keys, suppressions, rules, now };
    await assertRefused(
      () => processRequest({ email: { ...ordinary, subject: token } }, rooms),
      'store-unavailable',
    );
  });

  it('records nothing for whatever else a stranger writes', async () => {
    const fields = ['from', 'to', 'cc', 'subject', 'headers', 'auth', 'text', 'messageId'] as const;
    const mail = fc.record(Object.fromEntries(fields.map((name) => [name, fc.anything()])));
    await fc.assert(
      fc.asyncProperty(mail, async (changes) => {
        const { kind, entries } = await process(changes);
        assert.ok(kind !== 'recorded' && entries.length === 0);
      }),
      { numRuns: 500 },
    );
  });
});
