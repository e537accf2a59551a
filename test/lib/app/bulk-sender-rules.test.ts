import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { authenticate } from 'mailauth';
import { openDkimSigner } from '../../../nodes/lib/mail/dkim-signer.ts';
import { parseMail } from '../../../nodes/lib/mail/parse-mail.ts';
import type { OutgoingMail } from '../../../nodes/lib/transport/transport.ts';
import { appStage, taken } from '../../support/app-stage.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { claimsOf, headerOf, linkIn, unsubscribeSettings } from '../../support/unsubscribe-app.ts';

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const records: Readonly<Record<string, string>> = {
  'mail2026._domainkey.example.com': `v=DKIM1; k=rsa; p=${publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}`,
  '_dmarc.example.com': 'v=DMARC1; p=none',
};

async function resolver(name: string, type: string): Promise<string[][]> {
  const record = records[name];
  if (record !== undefined && type === 'TXT') return [[record]];
  throw Object.assign(new Error(`no ${type} record for ${name}`), { code: 'ENOTFOUND' });
}

/** A newsletter as it leaves: through the queue, signed with the app's own key. */
async function sentNewsletter() {
  const clock = fakeClock();
  const signer = openDkimSigner({ domain: 'example.com', selector: 'mail2026', privateKey: pem }, clock);
  const settings = unsubscribeSettings({ mailto: 'leave@example.com', marketingWithoutLink: 'footer' });
  const { send, setAnswer } = appStage({ settings, clock, signer });
  // The key signs in a thread of its own, which the clock does not wait for.
  const arrived = new Promise<OutgoingMail>((resolve) =>
    setAnswer((mail) => {
      if (mail.envelope.to.includes('ann@gmail.example')) resolve(mail);
      return taken(mail);
    }),
  );
  await send({
    to: 'ann@gmail.example, bob@yahoo.example',
    subject: 'News of this month',
    payload: '<body><h1>News</h1><p>Für dich</p></body>',
    messageClass: 'marketing',
    listTopic: 'news',
  });
  await clock.advance(10);
  return arrived;
}

/** What Gmail, Yahoo and Outlook.com ask of bulk mail; SPF, PTR, TLS and the spam rate are the route's and the sender's. */
describe('the rules for bulk senders', () => {
  let mail: OutgoingMail;
  let header: Record<string, string[]>;
  let raw: Buffer;
  before(async () => {
    mail = await sentNewsletter();
    raw = Buffer.from(mail.raw);
    header = headerOf(mail);
  });

  it('R1, R50: one List-Unsubscribe with one https and a mail-to address, one List-Unsubscribe-Post', () => {
    assert.equal(header['list-unsubscribe']?.length, 1);
    const [ways = ''] = header['list-unsubscribe'];
    assert.equal(ways.match(/https:/g)?.length, 1);
    assert.match(ways, /^<https:\/\/[!-;=?-~]+>, <mailto:leave@example\.com\?[!-;=?-~]+>$/);
    assert.doesNotMatch(ways, /http:/);
    assert.deepEqual(header['list-unsubscribe-post'], ['List-Unsubscribe=One-Click']);
  });

  it('R4: the address knows who leaves which list', () => {
    const { address, listTopic } = claimsOf(linkIn(header['list-unsubscribe']?.[0])) ?? {};
    assert.deepEqual([address, listTopic], ['ann@gmail.example', 'news']);
  });

  it('R2, R49, R55: DKIM passes with both headers signed, and DMARC by alignment with From', async () => {
    const verdict = await authenticate(raw, { resolver, disableArc: true, disableBimi: true });
    const [dkim] = verdict.dkim.results;
    assert.equal(dkim?.status.result, 'pass');
    assert.ok(verdict.dmarc);
    assert.equal(verdict.dmarc.status.result, 'pass');
    const [, signed = ''] = /; h=([^;]+)/.exec(header['dkim-signature']?.[0] ?? '') ?? [];
    const names = signed.replace(/\s/g, '').toLowerCase().split(':');
    for (const name of [
      'list-unsubscribe',
      'list-unsubscribe-post',
      'from',
      'to',
      'subject',
      'date',
      'message-id',
    ])
      assert.ok(names.includes(name), `${name} is not signed`);
    assert.match(header.from?.[0] ?? '', /@example\.com>?$/);
  });

  it('R50, R57: a visible link in the body, in HTML and text', async () => {
    const { html, text } = await parseMail(raw);
    const link = linkIn(header['list-unsubscribe']?.[0]);
    assert.ok(html?.includes(`<a href="${link}">Unsubscribe</a>`));
    assert.ok(text?.includes(link));
  });

  it('R49: one of each field that RFC 5322 wants once, a Message-ID of our domain, a date', () => {
    for (const name of ['from', 'to', 'subject', 'date', 'message-id', 'mime-version', 'content-type'])
      assert.equal(header[name]?.length, 1, name);
    assert.match(header['message-id']?.[0] ?? '', /^<[^<>@\s]+@example\.com>$/);
    assert.ok(Number.isFinite(Date.parse(header.date?.[0] ?? '')));
  });

  it('R49: lines of at most 998 characters, ended by CRLF, and both a text and an HTML part', () => {
    const lines = raw.toString('latin1').split('\r\n');
    assert.ok(lines.every((line) => line.length <= 998 && !/[\r\n]/.test(line)));
    assert.match(header['content-type']?.[0] ?? '', /^multipart\/alternative/);
  });

  it('R51, R54: each reader has a mail of their own', () => {
    assert.deepEqual(mail.envelope.to, ['ann@gmail.example']);
    assert.doesNotMatch(raw.toString('latin1'), /bob@/);
  });
});
