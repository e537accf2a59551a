import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { readLimits, readMail } from '../../../nodes/lib/inbound/read-mail.ts';
import type { ParsedMail } from '../../../nodes/lib/received/received-mail.ts';
import { mailFile } from '../../support/mail-file.ts';

const facts = {
  source: 'smtp',
  envelope: { from: 'a@b.example', to: ['c@d.example'] },
  receivedAt: 1,
} as const;

function read(raw: string | Uint8Array, limits = {}): Promise<ParsedMail> {
  const bytes = typeof raw === 'string' ? raw.replace(/\n/g, '\r\n') : raw;
  return readMail(mailFile(bytes), facts, { ...readLimits, ...limits });
}

const attached = (fields: string) =>
  `Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nhi\n--b\n${fields}\n\ncontent\n--b--\n`;

describe('readMail', () => {
  it('reads headers, texts and attachments', async () => {
    const mail = await read(`From: =?utf-8?Q?J=C3=BCrgen?= <J@D.example>
To: "Doe, Jane" <jane@d.example>, group: x@d.example;
Cc: broken@, y@d.example
Reply-To: r@d.example
Subject: =?utf-8?B?R3LDvMOf?= =?utf-8?B?ZQ==?=
Message-ID: <1@d.example>
In-Reply-To: <0@d.example>
References: <a@d.example>
 <0@d.example>
Date: Tue, 03 Mar 2026 09:14:07 +0100 (CET)
X-Two: first
X-Two: second
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: multipart/alternative; boundary=c

--c
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

Gr=FC=DFe
--=20
J.
--c
Content-Type: text/html

<b>hi</b>
--c--
--b
Content-Type: image/png
Content-ID: <logo>
Content-Disposition: inline; filename=logo.png
Content-Transfer-Encoding: base64

iVBORw==
--b--
`);
    const { text, html, attachments, headers, envelope, size, auth, verdicts, ...rest } = mail;
    assert.deepEqual(rest, {
      from: { address: 'J@d.example', name: 'Jürgen' },
      to: [{ address: 'jane@d.example', name: 'Doe, Jane' }, { address: 'x@d.example' }],
      cc: [{ address: 'y@d.example' }],
      replyTo: [{ address: 'r@d.example' }],
      subject: 'Grüße',
      strippedText: 'Grüße',
      messageId: '1@d.example',
      inReplyTo: '0@d.example',
      references: ['a@d.example', '0@d.example'],
      date: Date.UTC(2026, 2, 3, 8, 14, 7),
      parseError: undefined,
    });
    assert.deepEqual([text, html?.trim()], ['Grüße\n-- \nJ.', '<b>hi</b>']);
    assert.deepEqual(headers['x-two'], ['first', 'second']);
    assert.deepEqual([envelope, size > 700], [facts.envelope, true]);
    assert.deepEqual([auth.dkim, verdicts], ['none', {}]);
    assert.deepEqual(
      attachments.map(({ content, ...shown }) => ({ ...shown, bytes: [...content] })),
      [
        {
          filename: 'logo.png',
          contentType: 'image/png',
          size: 4,
          cid: 'logo',
          bytes: [0x89, 0x50, 0x4e, 0x47],
        },
      ],
    );
  });

  it('keeps a forwarded mail as one attachment', async () => {
    const mail = await read(attached('Content-Type: message/rfc822\nContent-Disposition: inline'));
    assert.deepEqual(
      mail.attachments.map(({ filename, contentType }) => [filename, contentType]),
      [['message.eml', 'message/rfc822']],
    );
    assert.equal(mail.text, 'hi');
  });

  it('makes the name of an attachment safe', async () => {
    const mail = await read(attached('Content-Type: text/x; name="../../etc/passwd"'));
    assert.equal(mail.attachments[0]?.filename, 'passwd');
  });

  it('knows no header by the name of a prototype', async () => {
    const { headers } = await read('__proto__: polluted\nconstructor: x\nSubject: y\n\n');
    assert.equal(Object.getPrototypeOf(headers), null);
    assert.deepEqual(Object.keys(headers).sort(), ['__proto__', 'constructor', 'subject']);
  });

  it('skips blank lines above a mail', async () => {
    assert.equal((await read('\n  \nSubject: x\n\nhello')).subject, 'x');
  });

  it('reads a mail without anything', async () => {
    const { subject, attachments, to, text, parseError } = await read('');
    assert.deepEqual([subject, attachments, to, text, parseError], ['', [], [], undefined, undefined]);
  });

  it('reads raw UTF-8 in headers', async () => {
    assert.equal((await read('Subject: Grüße\n\n')).subject, 'Grüße');
  });

  it('tells no address apart that the strict reader refuses', async () => {
    const mail = await read('From: user@evil.example .bank.example\nTo: "a@b.example"@c.example\n\n');
    assert.deepEqual([mail.from, mail.to], [undefined, []]);
  });

  it('is not kept busy by parts that are full of addresses', async () => {
    const part = `--b\nTo: ${'a,'.repeat(100_000)}\n\nx\n`;
    const raw = `Content-Type: multipart/mixed; boundary=b\n\n${part.repeat(30)}--b--\n`;
    const start = performance.now();
    assert.match((await read(raw)).text ?? '', /x/);
    assert.ok(performance.now() - start < 3000);
  });

  it('rejects when the file is gone', async () => {
    await assert.rejects(readMail('/no/such/file.eml', facts), { code: 'ENOENT' });
  });

  const head = 'From: a@b.example\nSubject: kept\n';
  const part = '--b\nContent-Type: application/x\n\nx\n';
  const faults: Readonly<Record<string, readonly [raw: string, limits: object, why: RegExp]>> = {
    'too many parts': [
      `${head}Content-Type: multipart/mixed; boundary=b\n\n${part.repeat(1100)}--b--`,
      {},
      /child nodes/,
    ],
    'five thousand levels': [nested(5000), {}, /./],
    'a header that never ends': [`${head}X: ${'y'.repeat(600_000)}\n\nbody`, {}, /header size/i],
    'a hundred thousand headers': [`${head}${'X: y\n'.repeat(100_000)}\nbody`, {}, /header size/i],
    'more bytes than allowed': [`${head}\n${'x'.repeat(2000)}`, { size: 1000 }, /larger than 1000 bytes/],
    'more text than allowed': [`${head}\n${'x\n'.repeat(200_000)}`, { textBytes: 1000 }, /text is longer/],
  };
  for (const [name, [raw, limits, why]] of Object.entries(faults)) {
    it(`loses no mail to ${name}`, async () => {
      const mail = await read(raw, limits);
      assert.match(mail.parseError ?? '', why);
      assert.deepEqual([mail.subject, mail.from?.address], ['kept', 'a@b.example']);
    });
  }

  it('keeps the attachments behind a text that is cut off', async () => {
    const raw = `Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n${'text\n'.repeat(50_000)}--b\nContent-Type: application/x\n\nkept\n--b--\n`;
    const mail = await read(raw, { textBytes: 1000 });
    assert.equal(Buffer.from(mail.attachments[0]?.content ?? []).toString(), 'kept');
    assert.ok((mail.text ?? '').length < 250_000);
  });

  it('reads a large attachment as it was', async () => {
    const content = Buffer.alloc(5_000_001, 'abcdefg');
    const lines = content.toString('base64').replace(/.{76}/g, '$&\n');
    const mail = await read(
      `Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: application/x\nContent-Transfer-Encoding: base64\n\n${lines}\n--b--`,
    );
    assert.ok(content.equals(mail.attachments[0]?.content ?? new Uint8Array()));
  });

  for (const kind of ['one attachment', 'ten attachments', 'text']) {
    it(`takes at most 64 MB for 40 MB of ${kind}`, () => {
      const script = join(import.meta.dirname, '..', '..', 'support', 'read-mail-memory.ts');
      const { stdout, stderr } = spawnSync(process.execPath, [script, kind], { encoding: 'utf8' });
      const extra = Number(stdout);
      assert.ok(extra > 1, stderr);
      assert.ok(extra <= 64, `${extra} MB`);
    });
  }
});

function nested(levels: number): string {
  const open = (at: number) => `Content-Type: multipart/mixed; boundary=b${at}\n\n--b${at}\n`;
  return `From: a@b.example\nSubject: kept\n${Array.from({ length: levels }, (_none, at) => open(at)).join('')}`;
}
