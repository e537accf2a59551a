/** An attachment goes in, its MIME entity comes out: header fields and encoded content (RFC 2045, 2183, 2392). */
import { EmailError } from '../kernel/errors.ts';
import type { Attachment } from './mail-content.ts';
import { mimeParameter } from './mime-parameter.ts';
import { encodeBase64 } from './transfer-encoding.ts';

const longestLine = 998;
const eightBit = 'a mail with 8-bit text cannot be attached as a mail; give it as application/octet-stream';

/** `field` names the attachment in errors. Throws `bad-attachment`. */
export async function mimeAttachment(
  attachment: Attachment,
  disposition: 'inline' | 'attachment',
  field: string,
): Promise<Buffer[]> {
  const { filename, contentType, cid, content } = attachment;
  const nested = /^message\//i.test(contentType);
  const fields = [
    [`Content-Type: ${contentType}`, ...mimeParameter('name', filename)],
    [`Content-Transfer-Encoding: ${nested ? '7bit' : 'base64'}`],
    [`Content-Disposition: ${disposition}`, ...mimeParameter('filename', filename)],
    ...(cid === undefined ? [] : [[`Content-ID: <${cid}>`]]),
  ];
  const header = fields.map((pieces) => `${pieces.join(';\r\n ')}\r\n`).join('');
  return [Buffer.from(`${header}\r\n`), nested ? nestedMail(content, field) : await encodeBase64(content)];
}

/** RFC 2046 §5.2.1: a mail inside a mail is not encoded, so it must be fit to travel as it is. */
function nestedMail(content: Uint8Array, field: string): Buffer {
  const text = Buffer.from(content).toString('latin1');
  const lines = text.split(/\r\n?|\n/);
  if (/[\P{ASCII}\0]/u.test(text) || lines.some(({ length }) => length > longestLine)) {
    throw new EmailError('bad-attachment', { field, detail: { why: eightBit } });
  }
  return Buffer.from(lines.join('\r\n'), 'latin1');
}
