import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { authenticate } from 'mailauth';
import { openDkimSigner } from '../../../nodes/lib/mail/dkim-signer.ts';
import type { MailContent, MailCopy } from '../../../nodes/lib/mail/mail-content.ts';
import { compileMail } from '../../../nodes/lib/template/compile-mail.ts';
import { buildContent, buildCopy } from '../../support/build-content.ts';
import { fakeClock } from '../../support/fake-clock.ts';

const pem = { type: 'pkcs8', format: 'pem' } as const;
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const key = { domain: 'example.com', selector: 'mail2026', privateKey: privateKey.export(pem).toString() };
const record = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
const clock = fakeClock();

/** The only name that exists; any other look-up fails. */
async function resolver(name: string, type: string): Promise<string[][]> {
  if (name === 'mail2026._domainkey.example.com' && type === 'TXT') return [[`v=DKIM1; k=rsa; p=${record}`]];
  throw Object.assign(new Error(`no ${type} record for ${name}`), { code: 'ENOTFOUND' });
}

async function verdict(raw: Buffer): Promise<string | undefined> {
  const { dkim } = await authenticate(raw, {
    resolver,
    disableArc: true,
    disableDmarc: true,
    disableBimi: true,
  });
  return dkim.results[0]?.status.result;
}

async function signMail(content: Partial<MailContent> = {}, copy: Partial<MailCopy> = {}): Promise<Buffer> {
  const compiled = await compileMail(buildContent(content));
  return openDkimSigner(key, clock).sign(compiled.render(buildCopy(copy)));
}

const unsubscribe = [
  { name: 'List-Id', value: 'News <news.example.com>' },
  { name: 'List-Unsubscribe', value: '<https://example.com/u/token>, <mailto:unsub+token@example.com>' },
  { name: 'List-Unsubscribe-Post', value: 'List-Unsubscribe=One-Click' },
];
const everyField = {
  replyTo: [{ address: 'help@example.com' }],
  visibleCc: [{ address: 'bob@example.org' }],
  inReplyTo: 'a@example.org',
  references: ['a@example.org'],
};
const signatureOf = (raw: Buffer): string =>
  /^DKIM-Signature: .*(?:\r\n[\t ].*)*/.exec(raw.toString('latin1'))?.[0] ?? '';
const tagOf = (raw: Buffer, tag: string): string | undefined =>
  new RegExp(`[:;]\\s*${tag}=([^;]*)`).exec(signatureOf(raw))?.[1]?.replace(/\s/g, '');

describe('openDkimSigner', () => {
  it('signs a large mail, and lets others have their turn while it reads the body', async () => {
    const attachment = {
      filename: 'a.bin',
      contentType: 'application/pdf',
      content: Buffer.alloc(5_000_000),
    };
    const compiled = await compileMail(buildContent({ attachments: [attachment] }));
    const mail = compiled.render(buildCopy());
    let turns = 0;
    let turnsForBody: number | undefined;
    const takeTurns = (): void => {
      turns += 1;
      if (turnsForBody === undefined) setImmediate(takeTurns);
    };
    // the time is asked for when the body was read
    const now = (): number => {
      turnsForBody = turns;
      return clock.now();
    };
    setImmediate(takeTurns);
    const signed = await openDkimSigner(key, { ...clock, now }).sign(mail);
    assert.ok(Number(turnsForBody) >= 5, `${turnsForBody}`);
    assert.equal(await verdict(signed), 'pass');
  });

  it('signs mails of any subject and body so that a verifier accepts them', async () => {
    const text = fc
      .array(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.constantFrom(' ', '\t', '  \r\n', '\r\n\r\n', '\n', '.', 'ü', 'x'.repeat(1200)),
        ),
      )
      .map((parts) => parts.join(''));
    const line = fc
      .string({ unit: 'binary', maxLength: 200 })
      .map((value) => value.replace(/[\p{Cc}\u2028\u2029]/gu, ''));
    await fc.assert(
      fc.asyncProperty(
        line,
        line,
        text,
        fc.option(text, { nil: undefined }),
        async (subject, name, body, html) => {
          const from = { address: 'shop@example.com', name };
          assert.equal(await verdict(await signMail({ subject, from, text: body, html })), 'pass');
        },
      ),
      { numRuns: 40 },
    );
  });

  it('signs every field that RFC 6376 and RFC 8058 ask for, and seals those an attacker would add', async () => {
    const raw = await signMail(everyField, { headers: unsubscribe });
    assert.equal(await verdict(raw), 'pass');
    const sealed = ['from', 'to', 'subject', 'list-unsubscribe', 'list-unsubscribe-post'];
    const others = [
      'reply-to',
      'date',
      'cc',
      'message-id',
      'mime-version',
      'content-type',
      'in-reply-to',
      'references',
      'list-id',
    ];
    assert.deepEqual(tagOf(raw, 'h')?.split(':').sort(), [...sealed, ...sealed, ...others].sort());
    assert.equal(tagOf(raw, 'a'), 'rsa-sha256');
    assert.equal(tagOf(raw, 'c'), 'relaxed/relaxed');
    assert.equal(tagOf(raw, 't'), String(clock.now() / 1000));
    assert.equal(tagOf(raw, 'l'), undefined);
  });

  it('folds its field to lines of 78 characters', async () => {
    const raw = await signMail(everyField, { headers: unsubscribe });
    for (const line of signatureOf(raw).split('\r\n')) assert.ok(line.length <= 78, line);
  });

  for (const [what, from, to] of [
    ['List-Unsubscribe-Post is changed', 'List-Unsubscribe=One-Click', 'List-Unsubscribe=Two-Click'],
    ['List-Unsubscribe is changed', '/u/token', '/u/other'],
    ['the subject is changed', 'Your order', 'My order'],
    ['the body is changed', 'Thank you', 'Thank me'],
    [
      'a second List-Unsubscribe is added',
      'MIME-Version',
      'List-Unsubscribe: <https://example.net>\r\nMIME-Version',
    ],
    ['a second subject is added', 'MIME-Version', 'Subject: Other\r\nMIME-Version'],
  ] as const) {
    it(`no longer verifies when ${what}`, async () => {
      const raw = (await signMail({}, { headers: unsubscribe })).toString('latin1');
      const changed = raw.replace(from, to);
      assert.notEqual(changed, raw);
      assert.notEqual(await verdict(Buffer.from(changed, 'latin1')), 'pass');
    });
  }

  it('no longer verifies when an unsubscribe field is added to a mail without one', async () => {
    const raw = (await signMail()).toString('latin1');
    const changed = raw.replace(
      'MIME-Version',
      'List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\nMIME-Version',
    );
    assert.notEqual(await verdict(Buffer.from(changed, 'latin1')), 'pass');
  });

  it('signs a field that stands twice from the lowest up', async () => {
    const mail = 'From: a@example.com\r\nReply-To: b@example.com\r\nReply-To: c@example.com\r\n\r\nHi\r\n';
    assert.equal(await verdict(await openDkimSigner(key, clock).sign(Buffer.from(mail))), 'pass');
  });

  it('leaves the mail itself as it is', async () => {
    const mail = (await compileMail(buildContent())).render(buildCopy());
    const signed = await openDkimSigner(key, clock).sign(mail);
    assert.deepEqual(signed.subarray(signed.length - mail.length), mail);
    assert.equal(signed.toString('latin1', 0, signed.length - mail.length), `${signatureOf(signed)}\r\n`);
  });

  for (const [what, privateKey, why] of [
    [
      'a key that is not RSA',
      generateKeyPairSync('ed25519').privateKey.export(pem).toString(),
      /not an RSA key/,
    ],
    [
      'a key that is too short',
      generateKeyPairSync('rsa', { modulusLength: 1016 }).privateKey.export(pem).toString(),
      /1016 bits/,
    ],
    ['what is no key', 'secret', /PEM/],
    [
      'a key under a passphrase',
      generateKeyPairSync('rsa', { modulusLength: 1024 })
        .privateKey.export({ ...pem, cipher: 'aes-256-cbc', passphrase: 'x' })
        .toString(),
      /passphrase/,
    ],
  ] as const) {
    it(`refuses ${what}`, () => {
      assert.throws(() => openDkimSigner({ ...key, privateKey }, clock), {
        code: 'bad-settings',
        field: 'dkimKey',
        message: why,
        cause: undefined,
      });
    });
  }
});
