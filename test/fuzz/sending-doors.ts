/** Where messages to be sent come in: addresses, headers, templates, requests as JSON. */
import assert from 'node:assert/strict';
import { readMailbox, readMailboxList } from '../../nodes/lib/mail/address.ts';
import { decodeWords } from '../../nodes/lib/mail/decode-words.ts';
import { readDomainName } from '../../nodes/lib/mail/domain-name.ts';
import { readHeaderFields } from '../../nodes/lib/mail/header-field.ts';
import { foldedLine, formatMailboxes, headerLine } from '../../nodes/lib/mail/header-line.ts';
import { readMessageIds } from '../../nodes/lib/mail/message-id.ts';
import { receivedAddress, receivedAddresses } from '../../nodes/lib/received/received-addresses.ts';
import { readMessageRequest } from '../../nodes/lib/request/message-request.ts';
import type { SendRequest } from '../../nodes/lib/request/send-fields.ts';
import { readSendRequest } from '../../nodes/lib/request/send-request.ts';
import { compileMail } from '../../nodes/lib/template/compile-mail.ts';
import { compileTemplate } from '../../nodes/lib/template/compile-template.ts';
import { buildCopy } from '../support/build-content.ts';
import { sampleSettings } from '../support/sample-settings.ts';
import { assertOneLine, type Door, jsonOf, unlessRefused } from './door.ts';

const settings = sampleSettings();
const now = Date.UTC(2026, 10, 23, 12);

const unfolded = (line: string): string => line.replace(/\r\n(?=[ \t])/g, '');

const addresses: Door = {
  name: 'addresses',
  words: [
    'ann@example.net',
    'Ann <ann@example.net>',
    '"Doe, \\"J\\"" <j@example.net>',
    'xn--mnchen-3ya.de',
    'MÜNCHEN.de',
    'group: a@b.cd;',
    '(comment)',
    '=?utf-8?Q?a?=',
    '@[127.0.0.1]',
    '<@route:a@b.cd>',
  ],
  async check(input) {
    const text = input.toString('utf8');
    const list = await unlessRefused(() => readMailboxList(text, 'to'));
    if (list) await assertMailboxes(list, text);
    for (const { address, name } of receivedAddresses(text)) {
      assertOneLine(address);
      assertOneLine(name);
      assert.equal(receivedAddress(address), address);
    }
    const domain = await unlessRefused(() => readDomainName(text, 'domain'));
    if (domain !== undefined) assert.equal(readDomainName(domain, 'domain'), domain);
    const ids = await unlessRefused(() => readMessageIds(text, 'references'));
    for (const id of ids ?? []) assert.match(id, /^[!-;=?-~]+$/);
  },
};

type Mailboxes = ReturnType<typeof readMailboxList>;

/** What goes out are those addresses, each read as itself, for a stranger's parser as for ours. */
async function assertMailboxes(list: Mailboxes, text: string): Promise<void> {
  assert.ok(list.length <= text.split(',').length, 'nobody is added');
  for (const { address, name } of list) {
    assert.match(address, /^[!-~]+$/);
    assert.doesNotMatch(address, /[\s<>,;:"()[\]\\]/);
    assertOneLine(name);
    assert.deepEqual(readMailbox(address, 'to'), { address });
  }
  const line = await unlessRefused(() => foldedLine('To', formatMailboxes(list)));
  if (line === undefined) return;
  assertHeader(line);
  const read = receivedAddresses(unfolded(line).slice('To: '.length));
  assert.deepEqual(
    read.map(({ address }) => address),
    list.slice(0, 1000).map(({ address }) => address),
  );
}

/** One field, folded, ASCII. */
function assertHeader(line: string): void {
  assert.match(line, /^[!-9;-~]+:(?:[\t -~]|\r\n[\t ])*\r\n$/);
  for (const part of line.split('\r\n')) assert.ok(part.length <= 998);
}

const headers: Door = {
  name: 'headers',
  words: ['X-Order', 'Bcc', 'bcc\u0000', 'Content-Type', '=?utf-8?B?', '=?UTF-8?Q?=0D=0ABcc:_a@b.cd?=', '?='],
  async check(input) {
    const [name = '', ...rest] = input.toString('utf8').split('\n');
    const value = rest.join('\n');
    assertOneLine(decodeWords(value));
    const fields = await unlessRefused(() => readHeaderFields({ [name]: value }, 'headers'));
    for (const field of fields ?? []) {
      const line = await unlessRefused(() => headerLine(field.name, field.value));
      if (line === undefined) continue;
      assertHeader(line);
      const read = decodeWords(unfolded(line).slice(field.name.length + 1));
      assert.equal(squeezed(read), squeezed(field.value.toWellFormed()));
    }
  },
};

/** Blanks may move where a line is folded; readers show no text in another order than it has. */
const squeezed = (text: string): string => text.replace(/[\s\u202a-\u202e\u2066-\u2069]+/g, ' ').trim();

const hidden = 'what no template asked for';
const mark = '<b>"\'&';

const templates: Door = {
  name: 'templates',
  words: [
    '{{name}}',
    '{{#list}}',
    '{{/list}}',
    '{{^list}}',
    '{{.}}',
    '{{a.b}}',
    '$(name)',
    '{{! x }}',
    '{{{name}}}',
    '{{&name}}',
    '{{>part}}',
    '{{=<% %>=}}',
    '{{#a}}',
    '{{/a}}',
  ],
  async check(input) {
    const source = input.toString('utf8');
    const values = {
      name: `${mark}{{hidden}}$(hidden){{{hidden}}}`,
      list: [`${mark}{{hidden}}`, 'two', 3],
      a: { b: `${mark}$(hidden)` },
      hidden,
    };
    for (const kind of ['html', 'text', 'subject'] as const) {
      const template = await unlessRefused(() => compileTemplate(source, kind, kind));
      if (!template) continue;
      const whole = await unlessRefused(() => template.render(values));
      if (whole === undefined) continue;
      if (kind === 'subject') assertOneLine(whole);
      if (kind === 'html' && !source.includes(mark)) assert.ok(!whole.includes(mark), 'values are escaped');
      if (!/hidden/.test(source)) assert.ok(!whole.includes(hidden), 'values are no templates');
      const parts = template.segments.map((part) => (typeof part === 'string' ? part : part(values)));
      assert.equal(parts.join(''), whole);
    }
  },
};

const requests: Door = {
  name: 'requests',
  words: [
    '"to":',
    '"email":["ann@example.net"]',
    '"from":"shop@example.com"',
    '"content":',
    '"type":"html"',
    '"html":"<p>{{x}}</p>"',
    '"text":"Hi"',
    '"subject":"Hi"',
    '"substitutions":{"x":1}',
    '"attachments":[{"name":"a.txt","content":"aGk="}]',
    '"options":',
    '"sendAt":"2026-11-24T00:00:00Z"',
    '"headers":',
    '"\\r\\nBcc: eve@example.org"',
    '"\\u2028"',
    '"notifyUrl":"https://x.example/"',
    '"cc":["bob@example.net"]',
    '"multipleToRecipients":true',
    '"template":{"id":"t"}',
  ],
  async check(input) {
    const text = input.toString('utf8');
    const fields = await unlessRefused(() => readMessageRequest(text));
    if (fields) await checkRequest(() => readSendRequest(fields, { settings, now }));
    const given = jsonOf(text);
    if (given !== null && typeof given === 'object') {
      await checkRequest(() => readSendRequest(given, { settings, now }));
    }
  },
};

async function checkRequest(read: () => Promise<SendRequest>): Promise<void> {
  const request = await unlessRefused(read);
  if (!request) return;
  const content = { ...request, visibleCc: request.cc };
  const compiled = await unlessRefused(() => compileMail(content as never, 'key'));
  for (const { address, name, values } of request.to.slice(0, 3)) {
    const copy = buildCopy({ to: { address, name }, values });
    const raw = await unlessRefused(() => compiled?.render(copy).toString('latin1'));
    if (raw !== undefined) assertSound(raw, request);
  }
}

const ownFields =
  /^(from|to|cc|reply-to|subject|date|message-id|in-reply-to|references|mime-version|content-(type|transfer-encoding|disposition|id)|x-priority|x-msmail-priority|importance|auto-submitted|x-auto-response-suppress)$/;

/** Seven bits, whole line ends, and no field but ours and those that were asked for. */
function assertSound(raw: string, request: SendRequest): void {
  assert.doesNotMatch(raw, /[^\t\r\n -~]/);
  assert.doesNotMatch(raw.replaceAll('\r\n', ''), /[\r\n]/);
  for (const line of raw.split('\r\n')) assert.ok(line.length <= 998);
  const head = raw.slice(0, raw.indexOf('\r\n\r\n') + 2);
  const asked = request.headers.map(({ name }) => name.toLowerCase());
  for (const [, name = ''] of head.matchAll(/^([!-9;-~]+):/gm)) {
    assert.ok(
      ownFields.test(name.toLowerCase()) || asked.includes(name.toLowerCase()),
      `${name} was not asked for`,
    );
  }
}

export const sendingDoors: readonly Door[] = [addresses, headers, templates, requests];
