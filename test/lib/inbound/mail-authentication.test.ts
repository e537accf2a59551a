import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { type AuthenticationWorld, authenticate } from '../../../nodes/lib/inbound/mail-authentication.ts';
import { openDkimSigner } from '../../../nodes/lib/mail/dkim-signer.ts';
import type { AuthVerdicts } from '../../../nodes/lib/received/received-mail.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { mailFile } from '../../support/mail-file.ts';

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const record = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
const key = { domain: 'home.example', selector: 's1', privateKey: pem };
const raw = Buffer.from('From: bob@home.example\r\nTo: a@ours.example\r\nSubject: hello\r\n\r\nHello\r\n');

const zone: Readonly<Record<string, string>> = {
  's1._domainkey.home.example': `v=DKIM1; k=rsa; p=${record}`,
  'home.example': 'v=spf1 ip4:192.0.2.7 -all',
  '_dmarc.home.example': 'v=DMARC1; p=reject',
};

function world(lookups: string[] = []): AuthenticationWorld {
  return {
    clock: fakeClock(),
    load: () => import('mailauth'),
    resolve: async (name, type) => {
      lookups.push(name);
      const text = zone[name];
      if (type === 'TXT' && text) return [[text]];
      throw Object.assign(new Error('nothing there'), { code: 'ENOTFOUND' });
    },
  };
}

const envelope = { from: 'bob@home.example', to: ['a@ours.example'] };
const facts = { source: 'smtp', envelope, receivedAt: 0 } as const;
const peer = { ip: '192.0.2.7', helo: 'mx.home.example' };
const signed = () => openDkimSigner(key, fakeClock()).sign(raw);

describe('authenticate', () => {
  it('believes a signed mail from the right server', async () => {
    const verdicts = await authenticate(mailFile(await signed()), { ...facts, peer }, world());
    assert.deepEqual(verdicts, { spf: 'pass', dkim: 'pass', dmarc: 'pass', signedBy: ['home.example'] });
  });

  it('does not believe an unsigned mail from elsewhere', async () => {
    const elsewhere = { ...peer, ip: '198.51.100.1' };
    const verdicts = await authenticate(mailFile(raw), { ...facts, peer: elsewhere }, world());
    assert.deepEqual(verdicts, { spf: 'fail', dkim: 'none', dmarc: 'fail', signedBy: [] });
  });

  it('checks no SPF without knowing who handed the mail over', async () => {
    const verdicts = await authenticate(mailFile(await signed()), facts, world());
    assert.deepEqual([verdicts.spf, verdicts.dmarc], ['none', 'pass']);
  });

  it('sees that a signed mail was changed', async () => {
    const changed = (await signed()).toString().replace('Hello', 'Hullo');
    const elsewhere = { ...peer, ip: '198.51.100.1' };
    const verdicts = await authenticate(mailFile(changed), { ...facts, peer: elsewhere }, world());
    assert.deepEqual([verdicts.dkim, verdicts.dmarc, verdicts.signedBy], ['neutral', 'fail', []]);
  });

  it('says of no mail that it failed while only half was checked', async () => {
    assert.equal((await authenticate(mailFile(raw), facts, world())).dmarc, 'none');
  });

  it('checks a bounce by the name of the server', async () => {
    const bounce = { ...facts, envelope: { from: '', to: [] }, peer: { ...peer, helo: 'home.example' } };
    const { spf, helo } = await authenticate(mailFile(raw), bounce, world());
    assert.deepEqual([spf, helo], ['pass', 'home.example']);
    const elsewhere = { ...bounce, peer: { ...bounce.peer, ip: '198.51.100.1' } };
    assert.equal((await authenticate(mailFile(raw), elsewhere, world())).helo, undefined);
  });

  it('takes the verdicts of the source where it has some', async () => {
    const auth: AuthVerdicts = { spf: 'pass', dkim: 'none', dmarc: 'pass', signedBy: [] };
    assert.equal(await authenticate('/no/such/file', { ...facts, auth }, world()), auth);
  });

  it('says none without the package', async () => {
    const verdicts = await authenticate(mailFile(raw), facts, { ...world(), load: async () => undefined });
    assert.deepEqual(verdicts, { spf: 'none', dkim: 'none', dmarc: 'none', signedBy: [] });
  });

  it('asks no server about a mail with a hundred signatures', async () => {
    const lookups: string[] = [];
    const [signature = ''] = (await signed()).toString().split('\r\nFrom:');
    const many = `${`${signature}\r\n`.repeat(100)}${raw}`;
    const verdicts = await authenticate(mailFile(many), { ...facts, peer }, world(lookups));
    assert.deepEqual([verdicts.dkim, lookups], ['permerror', []]);
  });

  it('lets no slow name server of a stranger hold up the mails behind', async () => {
    const clock = fakeClock();
    let asked = 0;
    const resolve = () => {
      asked += 1;
      return new Promise<never>(() => {});
    };
    const checking = authenticate(
      mailFile(await signed()),
      { ...facts, peer },
      { ...world(), clock, resolve },
    );
    while (asked === 0) await clock.settle();
    await clock.advance(15_000);
    assert.equal((await checking).dmarc, 'temperror');
    assert.equal(clock.pending(), 0);
  });

  it('rejects when the file is gone', async () => {
    await assert.rejects(authenticate('/no/such/file', facts, world()), { code: 'ENOENT' });
  });
});
