import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { domainSetup, type SetupPorts } from '../../../nodes/lib/setup/domain-setup.ts';
import type { DomainWishes } from '../../../nodes/lib/setup/identity/domain-wishes.ts';
import type { SesIdentity } from '../../../nodes/lib/setup/ports/ses-ports.ts';
import type { SetupStep } from '../../../nodes/lib/setup/setup-step.ts';
import { assertRefused } from '../../support/assert-refused.ts';
import { fakeClock, inTime } from '../../support/fake-clock.ts';
import { hostedZone, memoryAws, newIdentity } from '../../support/memory-aws.ts';
import { type ZoneName, zoneDns } from '../../support/zone-dns.ts';

const easy: DomainWishes = { token: false, dkim: 'easy' };

function stage(identity?: SesIdentity, zone: Record<string, ZoneName> = {}) {
  const aws = memoryAws();
  if (identity) aws.state.identities.set('example.com', identity);
  const clock = fakeClock();
  const notes = new Map<string, string | undefined>();
  const ports: SetupPorts = {
    ses: aws.ses,
    dns: zoneDns(zone),
    clock,
    region: 'eu-central-1',
    notes: {
      readNote: async (name) => notes.get(name),
      writeNote: async (name, value) => void notes.set(name, value),
    },
  };
  const setup = domainSetup(ports);
  const steps: SetupStep[] = [];
  return {
    aws: aws.state,
    clock,
    steps,
    look: (wishes = easy) => inTime(clock, setup.look('example.com', wishes)),
    prepare: (wishes = easy, domain = 'example.com') =>
      inTime(
        clock,
        setup.prepare(domain, wishes, (step) => steps.push(step)),
      ),
  };
}

const changing = (calls: readonly string[]) => calls.filter((name) => !name.startsWith('get'));
const left = (steps: readonly SetupStep[]) =>
  steps.filter(({ state }) => state === 'left').map(({ text }) => text);

describe('domainSetup', () => {
  it('creates an identity and shows its three CNAMEs in the zone that SES returned', async () => {
    const { prepare, aws } = stage();
    const report = await prepare();
    assert.equal(report.identity.how, 'created');
    assert.deepEqual(changing(aws.calls), ['createEmailIdentity']);
    const cnames = report.records.filter(({ type }) => type === 'CNAME');
    assert.deepEqual(
      cnames.map(({ name, value, provider }) => [name, value, provider?.state]),
      ['aaa', 'bbb', 'ccc'].map((token) => [
        `${token}._domainkey.example.com`,
        `${token}.${hostedZone}`,
        'PENDING',
      ]),
    );
  });

  it('looks without changing anything', async () => {
    const { look, aws } = stage();
    const report = await look();
    assert.equal(report.identity.how, 'none');
    assert.deepEqual(changing(aws.calls), []);
  });

  it('adopts an identity and leaves its MAIL FROM domain, and says so before and after', async () => {
    const mailFrom = {
      domain: 'bounce.example.com',
      state: 'SUCCESS',
      onMxFailure: 'REJECT_MESSAGE',
    } as const;
    const { look, prepare, aws, steps } = stage(newIdentity({ verified: true, state: 'SUCCESS', mailFrom }));
    const wishes = { ...easy, mailFrom: 'mail' };
    const before = await look(wishes);
    assert.deepEqual(before.differences, [
      { setting: 'mail-from', now: 'bounce.example.com', wished: 'mail.example.com' },
    ]);
    const report = await prepare(wishes);
    assert.equal(report.identity.how, 'adopted');
    assert.deepEqual(changing(aws.calls), []);
    assert.match(left(steps).join(), /bounce\.example\.com/);
    assert.ok(
      report.records.some(({ purpose, name }) => purpose === 'mail-from-mx' && name === 'bounce.example.com'),
    );
  });

  it('changes what was agreed to', async () => {
    const mailFrom = {
      domain: 'bounce.example.com',
      state: 'SUCCESS',
      onMxFailure: 'USE_DEFAULT_VALUE',
    } as const;
    const dkim = { ...newIdentity().dkim, signing: false };
    const { prepare, aws } = stage(newIdentity({ mailFrom, dkim }));
    await prepare({ ...easy, mailFrom: 'mail', mayChange: ['mail-from'] });
    assert.deepEqual(changing(aws.calls), ['putEmailIdentityMailFromAttributes']);
    assert.equal(aws.identities.get('example.com')?.mailFrom?.domain, 'mail.example.com');
    assert.equal(aws.identities.get('example.com')?.dkim.signing, false);
  });

  it('asks again for an identity that SES gave up, keeping what happens without the MX record', async () => {
    const mailFrom = { domain: 'mail.example.com', state: 'FAILED', onMxFailure: 'REJECT_MESSAGE' } as const;
    const dkim = { ...newIdentity().dkim, state: 'FAILED' } as const;
    const { prepare, aws } = stage(newIdentity({ state: 'FAILED', dkim, mailFrom }));
    const report = await prepare();
    assert.deepEqual(changing(aws.calls), [
      'putEmailIdentityDkimSigningAttributes',
      'putEmailIdentityMailFromAttributes',
    ]);
    assert.equal(aws.identities.get('example.com')?.mailFrom?.onMxFailure, 'REJECT_MESSAGE');
    assert.ok(report.identity.askedSince);
  });

  it('does not go back to a MAIL FROM domain that failed and was to be replaced', async () => {
    const mailFrom = {
      domain: 'old.example.com',
      state: 'FAILED',
      onMxFailure: 'USE_DEFAULT_VALUE',
    } as const;
    const { prepare, aws } = stage(newIdentity({ mailFrom }));
    await prepare({ ...easy, mailFrom: 'new', mayChange: ['mail-from'] });
    assert.equal(aws.identities.get('example.com')?.mailFrom?.domain, 'new.example.com');
  });

  it('adds a MAIL FROM domain where there is none', async () => {
    const { prepare, aws } = stage(newIdentity());
    await prepare({ ...easy, mailFrom: 'mail' });
    assert.equal(aws.identities.get('example.com')?.mailFrom?.domain, 'mail.example.com');
  });

  it('changes the key and the signing of an identity only when agreed to', async () => {
    const own = { signing: false, state: 'SUCCESS', origin: 'EXTERNAL', tokens: ['old'] } as const;
    const { prepare, look, aws } = stage(newIdentity({ dkim: own }));
    const { differences, advice } = await look();
    assert.match(advice.join(' '), /Left as it is – DKIM key: now “own key old”, wished “Easy DKIM”/);
    assert.deepEqual(differences, [
      { setting: 'dkim-key', now: 'own key old', wished: 'Easy DKIM' },
      { setting: 'dkim-signing', now: 'SES does not sign', wished: 'SES signs' },
    ]);
    await prepare();
    assert.deepEqual(changing(aws.calls), []);
    await prepare({ ...easy, mayChange: ['dkim-key', 'dkim-signing'] });
    assert.deepEqual(changing(aws.calls), [
      'putEmailIdentityDkimSigningAttributes',
      'putEmailIdentityDkimAttributes',
    ]);
  });

  it('asks for the TXT token only if it is wished for', async () => {
    const { prepare, aws } = stage();
    const report = await prepare({ token: true, dkim: 'off' });
    assert.deepEqual(changing(aws.calls), [
      'createEmailIdentity',
      'putEmailIdentityDkimAttributes',
      'verifyDomainIdentity',
    ]);
    assert.ok(report.records.every(({ purpose, required }) => purpose !== 'dkim' || !required));
    const ownership = report.records.find(({ purpose }) => purpose === 'ownership');
    assert.deepEqual(
      { name: ownership?.name, value: ownership?.value, required: ownership?.required },
      { name: '_amazonses.example.com', value: 'dG9rZW4=', required: true },
    );
  });

  it('hands SES an own key and shows its public half', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const { prepare } = stage();
    const report = await prepare({ token: false, dkim: 'own', ownKey: { selector: 'S1', privateKey: pem } });
    const [record] = report.records;
    assert.equal(record?.name, 's1._domainkey.example.com');
    assert.match(record?.value ?? '', /^p=MIIBIj[A-Za-z0-9+/]{380,}/);
    assert.doesNotMatch(JSON.stringify(report), /PRIVATE|MIIEv/);
    assert.match(report.zoneFile, /"p=[^"]{253}" "/);
  });

  it('says how long to wait by when it was asked', async () => {
    const { prepare, look, clock } = stage();
    await prepare();
    assert.match((await look()).identity.expectation ?? '', /Asked within the hour/);
    await clock.advance(30 * 3_600_000);
    assert.match((await look()).identity.expectation ?? '', /longer than usual/);
    await clock.advance(60 * 3_600_000);
    assert.match((await look()).identity.expectation ?? '', /gives up after 72 hours/);
  });

  it('explains why SES failed', async () => {
    const { look } = stage(newIdentity({ state: 'FAILED', errorType: 'HOST_NOT_FOUND' }));
    assert.match((await look()).identity.why, /72 hours.*record is missing/);
  });

  it('warns of the sandbox, and shows the limits', async () => {
    const { look, aws } = stage(newIdentity());
    aws.account = { ...aws.account, production: false, perDay: 200, perSecond: 1 };
    const { account } = await look();
    assert.equal(account?.sandbox, true);
    assert.match(account.words.join(' '), /7522.*production access.*3 of 200/s);
  });

  it('reports what it can with keys that may not read the account', async () => {
    const { look, aws } = stage(newIdentity());
    Object.defineProperty(aws, 'account', {
      get: () => {
        throw new Error('no right');
      },
    });
    const report = await look();
    assert.equal(report.account, undefined);
    assert.match(report.advice.join(' '), /could not be read/);
  });

  it('is plain JSON', async () => {
    const { look } = stage(newIdentity());
    const report = await look({ ...easy, inbound: 'reply', mailFrom: 'mail' });
    assert.deepEqual(JSON.parse(JSON.stringify(report)), JSON.parse(JSON.stringify(structuredClone(report))));
    assert.ok(
      report.records.some(({ purpose, name }) => purpose === 'inbound-mx' && name === 'reply.example.com'),
    );
  });

  const refused: [string, DomainWishes, string, string, string?][] = [
    ['a MAIL FROM of another domain', { ...easy, mailFrom: 'mail.example.org' }, 'bad-settings', 'mailFrom'],
    ['the domain itself as MAIL FROM', { ...easy, mailFrom: 'example.com' }, 'bad-settings', 'mailFrom'],
    ['a MAIL FROM that receives', { ...easy, mailFrom: 'in', inbound: 'in' }, 'bad-settings', 'mailFrom'],
    ['an own key that is missing', { ...easy, dkim: 'own' }, 'bad-settings', 'dkimKey'],
    [
      'a key that is none',
      { ...easy, dkim: 'own', ownKey: { selector: 's', privateKey: 'x' } },
      'bad-settings',
      'dkimKey',
    ],
    ['no domain', easy, 'bad-address', 'domain', 'localhost'],
  ];
  for (const [title, wishes, code, field, domain] of refused) {
    it(`refuses ${title} before any call`, async () => {
      const { prepare, aws } = stage();
      await assertRefused(() => prepare(wishes, domain), code, field);
      assert.deepEqual(aws.calls, []);
    });
  }
});
