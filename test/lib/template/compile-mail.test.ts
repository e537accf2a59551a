import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type AddressObject, type ParsedMail, simpleParser } from 'mailparser';
import type { Attachment, MailContent, MailCopy } from '../../../nodes/lib/mail/mail-content.ts';
import { compileMail } from '../../../nodes/lib/template/compile-mail.ts';
import { buildContent, buildCopy } from '../../support/build-content.ts';

async function write(content: Partial<MailContent>, copy: Partial<MailCopy> = {}): Promise<string> {
  const compiled = await compileMail(buildContent(content));
  return compiled.render(buildCopy(copy)).toString('latin1');
}

async function read(content: Partial<MailContent>, copy: Partial<MailCopy> = {}): Promise<ParsedMail> {
  return simpleParser(Buffer.from(await write(content, copy), 'latin1'), { keepCidLinks: true });
}

const headerOf = (raw: string): string => raw.slice(0, raw.indexOf('\r\n\r\n') + 2);
const fieldNames = (raw: string): string[] =>
  [...headerOf(raw).matchAll(/^([!-9;-~]+):/gm)].map(([, name = '']) => name.toLowerCase());
const fieldOf = (raw: string, name: string): string | undefined =>
  new RegExp(`^${name}: (.*(?:\\r\\n[\\t ].*)*)\\r\\n`, 'm').exec(headerOf(raw))?.[1]?.replaceAll('\r\n', '');
const addresses = (list: AddressObject | AddressObject[] | undefined) =>
  [list ?? []].flat().flatMap(({ value }) => value);
const image: Attachment = {
  filename: 'logo.png',
  contentType: 'image/png',
  content: Buffer.from([137, 80, 78, 71]),
  cid: 'logo@shop',
};
const pdf: Attachment = {
  filename: 'Rechnung für März.pdf',
  contentType: 'application/pdf',
  content: Buffer.alloc(5000, 'pdf\n'),
};

function assertTravels(raw: string): void {
  assert.doesNotMatch(raw, /[^\t\r\n\x20-\x7e]/, 'seven bits');
  assert.doesNotMatch(raw.replaceAll('\r\n', ''), /[\r\n]/, 'no bare CR or LF');
  assert.ok(raw.endsWith('\r\n'));
  for (const line of raw.split('\r\n')) assert.ok(line.length <= 998);
  const body = raw.slice(raw.indexOf('\r\n\r\n'));
  for (const line of body.split('\r\n')) assert.ok(line.length <= 76, line);
}

describe('compileMail', () => {
  it('writes a plain mail', async () => {
    const compiled = await compileMail(buildContent({ text: 'Thank you.\nThe shop' }));
    assert.equal(
      compiled.render(buildCopy()).toString(),
      [
        'From: The Shop <shop@example.com>',
        'To: Ann <ann@example.org>',
        'Subject: Your order',
        'Date: Mon, 05 Jan 2026 12:00:07 +0000',
        'Message-ID: <0123456789abcdef@example.com>',
        'MIME-Version: 1.0',
        'Content-Type: text/plain; charset=utf-8',
        'Content-Transfer-Encoding: 7bit',
        '',
        'Thank you.',
        'The shop',
        '',
      ].join('\r\n'),
    );
  });

  it('nests text, html, inline images and attachments', async () => {
    const content = buildContent({ html: '<img src="cid:logo@shop">', attachments: [pdf, image] });
    const key = 'ab'.repeat(16);
    const compiled = await compileMail(content, key);
    const raw = compiled.render(buildCopy()).toString('latin1');
    assert.deepEqual(raw.match(/^Content-Type: [^;\r]*|^--.*$/gm), [
      'Content-Type: multipart/mixed',
      `--=_mixed_${key}`,
      'Content-Type: multipart/alternative',
      `--=_alternative_${key}`,
      'Content-Type: text/plain',
      `--=_alternative_${key}`,
      'Content-Type: multipart/related',
      `--=_related_${key}`,
      'Content-Type: text/html',
      `--=_related_${key}`,
      'Content-Type: image/png',
      `--=_related_${key}--`,
      `--=_alternative_${key}--`,
      `--=_mixed_${key}`,
      'Content-Type: application/pdf',
      `--=_mixed_${key}--`,
    ]);
  });

  it('draws a new boundary for each mail', async () => {
    const html = '<p>Hi</p>';
    const boundaries = [await write({ html }), await write({ html })].map(
      (raw) => /boundary="(.*)"/.exec(raw)?.[1],
    );
    assert.notEqual(boundaries[0], boundaries[1]);
  });

  it('brings every part back through a parser', async () => {
    const parsed = await read({
      from: { address: 'shop@example.com', name: 'Möbel & Söhne, GmbH' },
      subject: 'Größe 日本',
      text: 'Grüße\n',
      html: '<p>Grüße = <img src="cid:logo@shop"></p>\n',
      visibleCc: [{ address: 'bob@example.org' }, { address: 'c@example.org', name: 'C. "Cy" Doe' }],
      replyTo: [{ address: 'help@example.com', name: 'Hilfe' }],
      inReplyTo: 'a@example.org',
      references: ['b@example.org', 'a@example.org'],
      attachments: [image, pdf],
    });
    assert.deepEqual(addresses(parsed.from), [{ address: 'shop@example.com', name: 'Möbel & Söhne, GmbH' }]);
    assert.deepEqual(addresses(parsed.to), [{ address: 'ann@example.org', name: 'Ann' }]);
    assert.deepEqual(addresses(parsed.cc), [
      { address: 'bob@example.org', name: '' },
      { address: 'c@example.org', name: 'C. "Cy" Doe' },
    ]);
    assert.deepEqual(addresses(parsed.replyTo), [{ address: 'help@example.com', name: 'Hilfe' }]);
    assert.equal(parsed.subject, 'Größe 日本');
    assert.equal(parsed.text, 'Grüße\n');
    assert.equal(parsed.html, '<p>Grüße = <img src="cid:logo@shop"></p>\n');
    assert.equal(parsed.messageId, '<0123456789abcdef@example.com>');
    assert.equal(parsed.date?.getTime(), Date.UTC(2026, 0, 5, 12, 0, 7));
    assert.equal(parsed.inReplyTo, '<a@example.org>');
    assert.deepEqual(parsed.references, ['<b@example.org>', '<a@example.org>']);
    const found = parsed.attachments.map(({ filename, contentType, content, cid, contentDisposition }) => ({
      filename,
      contentType,
      content,
      cid,
      contentDisposition,
    }));
    assert.deepEqual(found, [
      { ...image, contentDisposition: 'inline' },
      { ...pdf, cid: undefined, contentDisposition: 'attachment' },
    ]);
  });

  it('brings any text, html and attachment back, in lines that travel', async () => {
    const body = fc
      .array(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.constantFrom(' ', '\t', '\n', '\r\n', '.', '--=_', 'ü'.repeat(90), 'x'.repeat(1200)),
        ),
      )
      .map((parts) => `Hi${parts.join('')}`);
    const file = fc.record({
      filename: fc
        .string({ unit: 'grapheme', minLength: 1, maxLength: 150 })
        .map((name) => `a${name.trim()}.bin`),
      contentType: fc.constantFrom('application/octet-stream', 'text/plain', 'image/png'),
      content: fc.uint8Array({ maxLength: 300 }),
    });
    await fc.assert(
      fc.asyncProperty(body, body, fc.array(file, { maxLength: 3 }), async (text, html, attachments) => {
        const raw = await write({ text, html, attachments });
        assertTravels(raw);
        const parsed = await simpleParser(Buffer.from(raw, 'latin1'));
        const lines = (value: string) => value.replace(/\r\n?/g, '\n');
        assert.equal(parsed.text ?? '', lines(text));
        assert.equal(parsed.html || '', lines(html));
        assert.deepEqual(
          parsed.attachments.map(({ filename, content }) => ({ filename, content: new Uint8Array(content) })),
          attachments.map(({ filename, content }) => ({ filename, content })),
        );
      }),
      { numRuns: 60 },
    );
  });

  it('writes a body of its own for a mail with attachments alone, and for an empty one', async () => {
    const alone = await read({ text: undefined, attachments: [pdf] });
    assert.deepEqual([alone.text ?? '', alone.attachments[0]?.filename], ['', pdf.filename]);
    assert.match(await write({ text: undefined }), /^Content-Type: text\/plain/m);
  });

  it('attaches an image with a Content-ID when there is no html that could show it', async () => {
    const raw = await write({ attachments: [image] });
    assert.match(raw, /^Content-Disposition: attachment; ?\r\n filename="logo.png"/m);
    assert.match(raw, /^Content-Type: multipart\/mixed/m);
  });

  it('attaches a seven-bit mail as it is and refuses any other', async () => {
    const mail = { filename: 'mail.eml', contentType: 'message/rfc822' };
    const raw = await write({ attachments: [{ ...mail, content: Buffer.from('Subject: a\n\nb\n') }] });
    assert.match(raw, /Content-Transfer-Encoding: 7bit\r\n.*\r\n .*\r\n\r\nSubject: a\r\n\r\nb\r\n/);
    for (const content of ['Subject: ü\n\n', `\n\n${'x'.repeat(999)}`, 'a\0b']) {
      await assert.rejects(write({ attachments: [{ ...mail, content: Buffer.from(content) }] }), {
        code: 'bad-attachment',
        field: 'attachments[0]',
      });
    }
  });

  describe('header', () => {
    it('has each field at most once and never Bcc', async () => {
      const raw = await write(
        {
          html: '<p>Hi</p>',
          visibleCc: [{ address: 'bob@example.org' }],
          replyTo: [{ address: 'help@example.com' }],
          inReplyTo: 'a@example.org',
          references: ['a@example.org'],
          priority: 'high',
          autoSubmitted: 'auto-replied',
          headers: [
            { name: 'importance', value: 'Low' },
            { name: 'AUTO-SUBMITTED', value: 'no' },
            { name: 'list-unsubscribe', value: '<https://example.com/theirs>' },
            { name: 'X-Campaign', value: 'März' },
          ],
        },
        { headers: [{ name: 'List-Unsubscribe', value: '<https://example.com/ours>' }] },
      );
      const names = fieldNames(raw);
      assert.deepEqual(names, [...new Set(names)]);
      assert.ok(!names.includes('bcc'));
      assert.equal(fieldOf(raw, 'List-Unsubscribe'), '<https://example.com/ours>');
      assert.equal(fieldOf(raw, 'Importance'), 'High');
      assert.equal(fieldOf(raw, 'Auto-Submitted'), 'auto-replied');
      assert.equal(fieldOf(raw, 'X-Auto-Response-Suppress'), 'All');
      assert.equal(fieldOf(raw, 'X-Campaign'), '=?UTF-8?B?TcOkcno=?=');
    });

    for (const [priority, fields] of [
      ['high', ['1 (Highest)', 'High', 'High']],
      ['normal', [undefined, undefined, undefined]],
      ['low', ['5 (Lowest)', 'Low', 'Low']],
    ] as const) {
      it(`tells the priority ${priority} as other mail programs do`, async () => {
        const raw = await write({ priority });
        const names = ['X-Priority', 'X-MSMail-Priority', 'Importance'];
        assert.deepEqual(
          names.map((name) => fieldOf(raw, name)),
          fields,
        );
      });
    }

    it('shows the full To list when the content has one', async () => {
      const raw = await write({ visibleTo: [{ address: 'a@example.org' }, { address: 'b@example.org' }] });
      assert.equal(fieldOf(raw, 'To'), 'a@example.org, b@example.org');
    });

    it('shows no recipient when the visible list is empty', async () => {
      assert.ok(!fieldNames(await write({ visibleTo: [] })).includes('to'));
    });

    it('refuses a field that cannot be written when the mail is compiled', async () => {
      const headers = [{ name: 'X-Token', value: 'x'.repeat(2000) }];
      await assert.rejects(write({ headers }), { code: 'bad-header-value', field: 'X-Token' });
    });
  });

  describe('of a template', () => {
    const template = {
      templated: true,
      subject: 'Hello {{name}}',
      text: 'Dear $(name), {{shop}}',
      html: '<p>Dear {{name}}</p>',
      values: { shop: 'The Shop', name: 'friend' },
    };

    it('fills each copy with its own values, which win over the shared ones', async () => {
      const compiled = await compileMail(buildContent(template));
      const parse = async (values: MailCopy['values']) => {
        const { subject, text, html } = await simpleParser(compiled.render(buildCopy({ values })));
        return [subject, text, html];
      };
      assert.deepEqual(await parse({ name: '<Ännchen>' }), [
        'Hello <Ännchen>',
        'Dear <Ännchen>, The Shop',
        '<p>Dear &lt;Ännchen&gt;</p>',
      ]);
      assert.deepEqual((await parse({}))[0], 'Hello friend');
    });

    it('names all placeholders once', async () => {
      const { names } = await compileMail(buildContent(template));
      assert.deepEqual([...names].sort(), ['name', 'shop']);
    });

    it('makes the text from the html before anything is filled in', async () => {
      const html = '<p>Dear {{name}}, <a href="https://a.example/$(code)">look</a></p>';
      const parsed = await read(
        { ...template, text: undefined, html },
        { values: { name: '<b>x</b>', code: '7' } },
      );
      assert.equal(parsed.text, 'Dear <b>x</b>, look [https://a.example/7]');
    });

    it('fills nothing unless the content is a template', async () => {
      const compiled = await compileMail(buildContent({ ...template, templated: false }));
      const parsed = await simpleParser(compiled.render(buildCopy({ values: { name: 'x' } })));
      assert.deepEqual(compiled.names, []);
      assert.deepEqual([parsed.subject, parsed.text], ['Hello {{name}}', 'Dear $(name), {{shop}}']);
    });

    it('chooses the transfer encoding for each copy', async () => {
      const compiled = await compileMail(buildContent({ templated: true, text: 'Dear {{name}}' }));
      const encodingFor = (name: string) =>
        fieldOf(
          compiled.render(buildCopy({ values: { name } })).toString('latin1'),
          'Content-Transfer-Encoding',
        );
      assert.deepEqual(['Ann', 'Änn'].map(encodingFor), ['7bit', 'quoted-printable']);
    });

    it('keeps a value from ending the part it stands in', async () => {
      const compiled = await compileMail(
        buildContent({ templated: true, text: 'Dear {{name}}', html: '<p>Hi</p>' }),
      );
      const boundary = /boundary="(.*)"/.exec(
        compiled.render(buildCopy({ values: { name: '' } })).toString(),
      )?.[1];
      const name = `\r\n--${boundary}--\r\nX`;
      const parsed = await simpleParser(compiled.render(buildCopy({ values: { name } })));
      assert.equal(parsed.text, `Dear ${name.replaceAll('\r\n', '\n')}`);
      assert.equal(parsed.html, '<p>Hi</p>');
    });

    it('names the value that is missing, by size and render alike', async () => {
      const compiled = await compileMail(buildContent({ templated: true, text: 'Dear {{name}}' }));
      const missing = { code: 'missing-substitution', detail: { value: 'name' } };
      assert.throws(() => compiled.encodedSize({}), missing);
      assert.throws(() => compiled.render(buildCopy()), missing);
      assert.doesNotThrow(() => compiled.encodedSize({ name: 'Ann' }));
    });

    it('blames the HTML when the text was made from it', async () => {
      const compiled = await compileMail(
        buildContent({ templated: true, text: undefined, html: '<p>Dear {{name}}</p>' }),
      );
      assert.throws(() => compiled.encodedSize({}), { code: 'missing-substitution', field: 'html' });
    });

    it('refuses a value that would break the subject', async () => {
      const compiled = await compileMail(buildContent(template));
      const name = 'x\r\nBcc: spy@example.net';
      assert.throws(() => compiled.encodedSize({ name }), { code: 'unsafe-characters' });
      assert.throws(() => compiled.render(buildCopy({ values: { name } })), { code: 'unsafe-characters' });
    });
  });

  describe('encodedSize', () => {
    it('is never less than a rendered copy, and close to it', async () => {
      const attachments = [{ ...pdf, content: Buffer.alloc(300_000, 1) }];
      const compiled = await compileMail(buildContent({ templated: true, text: '{{a}}', attachments }));
      const values = { a: 'ü'.repeat(50_000) };
      const size = compiled.encodedSize(values);
      const { length } = compiled.render(buildCopy({ values }));
      assert.ok(length <= size && size < length + 10_000, `${length} ${size}`);
    });

    it('counts what is held in memory when no values are given', async () => {
      const compiled = await compileMail(
        buildContent({ templated: true, text: '{{a}}', attachments: [pdf] }),
      );
      const size = compiled.encodedSize();
      assert.ok(size > 6666 && size < 6666 + 10_000);
    });

    it('counts the memory of templates and values, which stay until the mail leaves', async () => {
      const content = { templated: true, text: '{{a}}'.repeat(1000), values: { a: 'x'.repeat(50_000) } };
      const compiled = await compileMail(buildContent(content));
      assert.ok(compiled.encodedSize() > 20_000 + 50_000);
    });
  });
});
