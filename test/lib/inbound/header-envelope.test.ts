import assert from 'node:assert/strict';
import { headerEnvelope } from '../../../nodes/lib/inbound/header-envelope.ts';
import { readMail } from '../../../nodes/lib/inbound/read-mail.ts';
import { receivedFields } from '../../../nodes/lib/received/received-fields.ts';
import { mailFile } from '../../support/mail-file.ts';

const cases: readonly [string, readonly string[], string | undefined, readonly string[]][] = [
  [
    'what the server noted',
    ['Return-Path: <a@b.example>', 'Delivered-To: c@d.example'],
    'a@b.example',
    ['c@d.example'],
  ],
  ['a bounce', ['Return-Path: <>', 'Delivered-To: <c@d.example>'], '', ['c@d.example']],
  ['the topmost of several', ['Return-Path: <a@b.example>', 'Return-Path: <>'], 'a@b.example', []],
  ['where it was sent to first, if nothing else', ['X-Original-To: c@d.example'], undefined, ['c@d.example']],
  ['what is no address', ['Return-Path: a b', 'Delivered-To: c@'], undefined, []],
  ['two addresses in one', ['Return-Path: <a@b.example>, <c@d.example>'], undefined, []],
  ['an empty field', ['Return-Path:', 'Delivered-To:'], undefined, []],
];

describe('headerEnvelope', () => {
  for (const [name, lines, from, to] of cases)
    it(`reads ${name}`, () => assert.deepEqual(headerEnvelope(receivedFields(lines)), { from, to }));

  it('is asked only where the source knows nothing better', async () => {
    const file = mailFile('Return-Path: <forged@b.example>\r\nSubject: x\r\n\r\nhello');
    const envelope = { from: 'a@b.example', to: ['c@d.example'] };
    const known = await readMail(file, { source: 'smtp', envelope, receivedAt: 1 });
    assert.deepEqual(known.envelope, envelope);
    const mailbox = await readMail(file, { source: 'imap', envelope: { to: [] }, receivedAt: 1 });
    assert.deepEqual(mailbox.envelope, { from: 'forged@b.example', to: [] });
  });
});
