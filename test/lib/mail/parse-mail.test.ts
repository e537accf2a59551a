import assert from 'node:assert/strict';
import { parseMail } from '../../../nodes/lib/mail/parse-mail.ts';

const crlf = (text: string) => Buffer.from(text.replace(/\n/g, '\r\n'));

describe('parseMail', () => {
  it('reads subject, bodies, headers and attachments', async () => {
    const raw = crlf(`Subject: =?utf-8?B?R3LDvMOfZQ==?=
X-Long: first
 second
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: multipart/alternative; boundary=c

--c
Content-Type: text/plain; charset=utf-8

Hello
--c
Content-Type: text/html

<p>Hello <img src="cid:logo"></p>
--c--
--b
Content-Type: image/png; name="logo.png"
Content-Disposition: inline; filename="logo.png"
Content-ID: <logo>
Content-Transfer-Encoding: base64

iVBORw==
--b--
`);
    const mail = await parseMail(raw);
    assert.equal(mail.subject, 'Grüße');
    assert.equal(mail.text?.trim(), 'Hello');
    assert.equal(mail.html?.trim(), '<p>Hello <img src="cid:logo"></p>');
    assert.deepEqual(mail.headers.slice(0, 2), [
      { name: 'Subject', value: '=?utf-8?B?R3LDvMOfZQ==?=' },
      { name: 'X-Long', value: 'first second' },
    ]);
    const [logo] = mail.attachments;
    assert.deepEqual(
      [logo?.filename, logo?.contentType, logo?.size, logo?.cid],
      ['logo.png', 'image/png', 4, 'logo'],
    );
    assert.deepEqual(Buffer.from(logo?.content ?? []), Buffer.from('iVBORw==', 'base64'));
  });

  it('makes up no body that was not sent', async () => {
    const text = await parseMail(crlf('Content-Type: text/plain\n\nhttp://a.test\n'));
    const html = await parseMail(crlf('Content-Type: text/html\n\n<b>x</b>\n'));
    assert.deepEqual([text.html, html.text], [undefined, undefined]);
  });

  it('reads a mail without anything', async () => {
    const { subject, headers, attachments } = await parseMail(Buffer.from(''));
    assert.deepEqual([subject, headers, attachments], ['', [], []]);
  });
});
