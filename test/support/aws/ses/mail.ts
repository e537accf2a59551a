// Mail as bytes: reads a raw message's headers, makes a message from parts, and stamps it as SES does.
import type { Message, MessageHeader } from '@aws-sdk/client-sesv2';

export interface RawMail {
  readonly headers: readonly Header[];
  /** With the empty line before it. */
  readonly rest: Buffer;
}

interface Header {
  readonly name: string;
  /** Unfolded. */
  readonly value: string;
  /** As it stands, with its line ends. */
  readonly lines: string;
}

export function readMail(raw: Buffer): RawMail {
  const text = raw.toString('latin1');
  const last = /\r?\n(?=\r?\n)/.exec(text);
  const end = last ? last.index + last[0].length : text.length;
  const headers = [...text.slice(0, end).matchAll(/^([!-9;-~]+):(.*(?:\r?\n[ \t].*)*)\r?\n?/gm)].map(
    ([lines, name = '', value = '']) => ({
      name,
      value: Buffer.from(value.replace(/\r?\n(?=[ \t])/g, '').trim(), 'latin1').toString('utf8'),
      lines,
    }),
  );
  return { headers, rest: raw.subarray(end) };
}

export function headerOf({ headers }: RawMail, wanted: string): string | undefined {
  return headers.find(({ name }) => name.toLowerCase() === wanted.toLowerCase())?.value;
}

/** Bare addresses of the headers of that name. */
export function addressesIn({ headers }: RawMail, wanted: string): string[] {
  return headers
    .filter(({ name }) => name.toLowerCase() === wanted)
    .flatMap(({ value }) => bareAddresses(value));
}

/** `"Doe, Jane" <jane@example.com>, bob@example.org` has two. */
export function bareAddresses(list: string): string[] {
  return [...list.replace(/"(?:[^"\\]|\\.)*"/g, '').matchAll(/[^\s<>,;:]+@[^\s<>,;]+/g)].map(
    ([found]) => found,
  );
}

const replaced = /^(message-id|date|bcc|return-path|x-ses-.*)$/i;

/** With the Message-ID and Date of SES, and without what is for SES alone. */
export function stamped(mail: RawMail, { messageId, domain, at }: Stamp): Buffer {
  const own = [
    `Message-ID: <${messageId}@${domain}>\r\n`,
    `Date: ${new Date(at).toUTCString().replace('GMT', '+0000')}\r\n`,
  ];
  const kept = mail.headers.filter(({ name }) => !replaced.test(name)).map(({ lines }) => lines);
  return Buffer.concat([Buffer.from([...kept, ...own].join(''), 'latin1'), mail.rest]);
}

interface Stamp {
  readonly messageId: string;
  readonly domain: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export interface Composed {
  readonly from: string;
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly replyTo: readonly string[];
  readonly headers: readonly MessageHeader[];
  readonly message: Message;
}

export function composed({ from, to, cc, replyTo, headers, message }: Composed): Buffer {
  const { Html, Text } = message.Body ?? {};
  const parts = [
    ...(Text ? [part('text/plain', Text.Data)] : []),
    ...(Html ? [part('text/html', Html.Data)] : []),
  ];
  const top = [
    ['From', from],
    ['Reply-To', replyTo.join(', ')],
    ['To', to.join(', ')],
    ['Cc', cc.join(', ')],
    ['Subject', encodedWord(message.Subject?.Data ?? '')],
    ...headers.map(({ Name, Value }) => [Name, Value]),
    ['MIME-Version', '1.0'],
  ].flatMap(([name, value]) => (value ? [`${name}: ${value}\r\n`] : []));
  return Buffer.from(top.join('') + (parts.length === 1 ? parts[0] : alternative(parts)));
}

function alternative(parts: readonly string[]): string {
  const boundary = '----=_Part_0_1.2';
  const inner = parts.map((text) => `--${boundary}\r\n${text}`).join('');
  return `Content-Type: multipart/alternative; boundary="${boundary}"\r\n\r\n${inner}--${boundary}--\r\n`;
}

function part(type: string, text = ''): string {
  const lines = Buffer.from(text).toString('base64').replace(/.{76}/g, '$&\r\n');
  return `Content-Type: ${type}; charset=UTF-8\r\nContent-Transfer-Encoding: base64\r\n\r\n${lines}\r\n`;
}

function encodedWord(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : `=?UTF-8?B?${Buffer.from(text).toString('base64')}?=`;
}
