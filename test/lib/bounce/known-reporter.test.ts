import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isByKnownReporter } from '../../../nodes/lib/bounce/known-reporter.ts';
import type { ReceiptFacts } from '../../../nodes/lib/inbound/inbound-queue.ts';
import { authenticate } from '../../../nodes/lib/inbound/mail-authentication.ts';
import { readMail } from '../../../nodes/lib/inbound/read-mail.ts';
import { openDkimSigner } from '../../../nodes/lib/mail/dkim-signer.ts';
import { fixtures } from '../../../score/labels.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { mailFile } from '../../support/mail-file.ts';

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const record = `v=DKIM1; k=rsa; p=${publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}`;
const server = { ip: '192.0.2.25', helo: 'mx.ours.example' };
const zone: Readonly<Record<string, string>> = {
  's1._domainkey.ours.example': record,
  's1._domainkey.evil.example': record,
  'mx.ours.example': 'v=spf1 ip4:192.0.2.25 -all',
  'exim.ours.example': 'v=spf1 ip4:192.0.2.25 -all',
  'evil.example': 'v=spf1 +all',
};

/** As a report is when the app acts on it. */
async function receive(raw: string, more: Partial<ReceiptFacts> = {}) {
  const file = mailFile(raw);
  const envelope = { from: '', to: ['bounces@ours.example'] };
  const facts: ReceiptFacts = { source: 'smtp', envelope, receivedAt: 0, ...more };
  const auth = await authenticate(file, facts, {
    clock: fakeClock(),
    load: () => import('mailauth'),
    resolve: async (name, type) => {
      const text = zone[name];
      if (type === 'TXT' && text) return [[text]];
      throw Object.assign(new Error('nothing there'), { code: 'ENOTFOUND' });
    },
  });
  return { ...(await readMail(file, facts)), auth };
}

const isBelieved = async (raw: string, more?: Partial<ReceiptFacts>) =>
  isByKnownReporter(await receive(raw, more), 'alice@dest.example', ['ours.example', 'smtp.ours.example']);
const fixture = (file: string) => readFileSync(join(fixtures, 'own', file), 'utf8').replace(/\r?\n/g, '\r\n');
const sign = async (raw: string, domain: string) =>
  (
    await openDkimSigner({ domain, selector: 's1', privateKey: pem }, fakeClock()).sign(Buffer.from(raw))
  ).toString();

describe('isByKnownReporter', () => {
  for (const [file, helo] of [
    ['postfix-user-unknown.eml', 'mx.ours.example'],
    ['exim-unknown-user.eml', 'exim.ours.example'],
  ] as const) {
    it(`believes ${file} that our server has signed`, async () => {
      assert.equal(await isBelieved(await sign(fixture(file), 'ours.example')), true);
    });

    it(`believes ${file} that comes from the server it names, by SPF`, async () => {
      assert.equal(await isBelieved(fixture(file), { peer: { ...server, helo } }), true);
    });

    it(`believes ${file} of nobody else`, async () => {
      const raw = fixture(file);
      const elsewhere = { ip: '198.51.100.1', helo };
      assert.equal(await isBelieved(raw), false);
      assert.equal(await isBelieved(raw, { peer: elsewhere }), false);
      assert.equal(await isBelieved(raw, { peer: { ...elsewhere, helo: 'evil.example' } }), false);
      assert.equal(await isBelieved(await sign(raw, 'evil.example')), false);
    });
  }

  it('does not take SPF of a return address for that of the server', async () => {
    const envelope = { from: 'eve@evil.example', to: ['bounces@ours.example'] };
    assert.equal(await isBelieved(fixture('postfix-user-unknown.eml'), { envelope, peer: server }), false);
  });

  it('does not believe a signed report that was changed, or got a second sender', async () => {
    const raw = await sign(fixture('postfix-user-unknown.eml'), 'ours.example');
    assert.equal(await isBelieved(raw.replaceAll('alice@', 'bob@')), false);
    assert.equal(await isBelieved(`From: eve@evil.example\r\n${raw}`), false);
  });
});
