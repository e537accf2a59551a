import assert from 'node:assert/strict';
import { EmailError } from '../../../nodes/lib/kernel/errors.ts';
import { type RemarkFacts, remarksOf, worstOf } from '../../../nodes/lib/overview/remarks.ts';

const state: RemarkFacts['state'] = {
  paused: false,
  sending: 0,
  rate: 10,
  routeDown: false,
  quotaUsedUp: false,
  signInNeeded: false,
  counts: { waiting: 0, scheduled: 0, sending: 0, unknown: 0 },
};

const fine: RemarkFacts = {
  identity: 'example.com',
  route: 'smtp',
  reputation: { mails: 1000, hours: 24, bounces: 0, complaints: 0 },
  dns: [{ name: 'spf', state: 'ok' }],
  webhooks: [],
  inbound: { waiting: 3, setAside: 0 },
  state,
};

const webhook = { nodeId: 'w', name: 'CRM', host: 'crm.example', waiting: 1, dead: 0, disabled: false };
const storeTrouble = new EmailError('disk-full', { detail: { value: '/data' } });
const lastFailure = { code: 'connect-failed', reason: 'No connection.', at: 1 };

describe('remarksOf', () => {
  it('has nothing to say of an app that is well', () => assert.deepEqual(remarksOf(fine), []));

  const cases: readonly [string, Partial<RemarkFacts>, string, RegExp][] = [
    ['a store that fails', { state: { ...state, storeTrouble } }, 'bad disk-full', /disk of \/data is full/],
    [
      'a route that is down',
      { state: { ...state, routeDown: true, lastFailure } },
      'bad connect-failed',
      /No connection/,
    ],
    [
      'a sign-in that is needed',
      { state: { ...state, signInNeeded: true } },
      'bad sign-in-needed',
      /signed in/,
    ],
    ['a quota that is used up', { state: { ...state, quotaUsedUp: true } }, 'bad daily-quota', /quota/],
    [
      'a pause by hand',
      { state: { ...state, paused: true, pauseReason: 'paused by hand' } },
      'warning paused',
      /Somebody/,
    ],
    [
      'a pause by itself',
      { state: { ...state, paused: true, pauseReason: 'nobody believes us' } },
      'bad paused',
      /nobody believes us/,
    ],
    [
      'paused marketing',
      { state: { ...state, marketingPaused: '5 % bounces' } },
      'warning marketing-paused',
      /5 % bounces/,
    ],
    [
      'bounces that SES would review',
      { reputation: { mails: 1000, hours: 24, bounces: 0.05, complaints: 0 } },
      'warning reputation-low',
      /5.00 % bounces among 1000 mails/,
    ],
    [
      'bounces that SES would stop',
      { reputation: { mails: 1000, hours: 24, bounces: 0.1, complaints: 0 } },
      'bad reputation-low',
      /10.00 %/,
    ],
    [
      'complaints that Gmail minds',
      { reputation: { mails: 3000, hours: 24, bounces: 0, complaints: 0.001 } },
      'warning reputation-low',
      /0.10 % complaints/,
    ],
    [
      'complaints that Gmail punishes',
      { reputation: { mails: 1000, hours: 24, bounces: 0, complaints: 0.003 } },
      'bad reputation-low',
      /0.30 %/,
    ],
    [
      'DNS that misses',
      { dns: [{ name: 'dmarc', state: 'missing', text: 'There is none.' }] },
      'warning dns-incomplete',
      /DMARC – There is none\.?$/,
    ],
    [
      'webhooks that were given up',
      { webhooks: [{ ...webhook, dead: 2 }] },
      'warning webhooks-given-up',
      /CRM.*: 2/,
    ],
    [
      'an endpoint that wants no more',
      { webhooks: [{ ...webhook, name: '', disabled: true }] },
      'warning webhook-disabled',
      /crm\.example/,
    ],
    ['mails that were set aside', { inbound: { waiting: 0, setAside: 4 } }, 'warning mail-set-aside', /: 4/],
    [
      'mails of an unknown fate',
      { state: { ...state, counts: { ...state.counts, unknown: 5 } } },
      'warning outcome-unknown',
      /: 5/,
    ],
    ['the sandbox', { sandbox: true }, 'warning sandbox', /sandbox/],
  ];
  for (const [what, facts, told, text] of cases)
    it(`tells of ${what}`, () => {
      const remarks = remarksOf({ ...fine, ...facts });
      assert.deepEqual(
        remarks.map(({ level, code }) => `${level} ${code}`),
        [told],
      );
      assert.match(remarks[0]?.text ?? '', text);
    });

  const silent: readonly [string, Partial<RemarkFacts>][] = [
    ['one complaint alone', { reputation: { mails: 10, hours: 24, bounces: 0, complaints: 0.1 } }],
    ['DNS that did not answer', { dns: [{ name: 'spf', state: 'unknown', text: 'no answer' }] }],
    [
      'SPF at a domain that SES sends for',
      { route: 'ses', dns: [{ name: 'spf', state: 'missing', text: '…' }] },
    ],
    ['a sandbox that is not known', { sandbox: undefined }],
  ];
  for (const [what, facts] of silent)
    it(`says nothing of ${what}`, () => assert.deepEqual(remarksOf({ ...fine, ...facts }), []));

  it('does not call a route down that only waits for a sign-in', () => {
    const remarks = remarksOf({ ...fine, state: { ...state, signInNeeded: true, routeDown: true } });
    assert.deepEqual(
      remarks.map(({ code }) => code),
      ['sign-in-needed'],
    );
  });

  it('tells the worst first', () => {
    const remarks = remarksOf({
      ...fine,
      sandbox: true,
      reputation: { mails: 1000, hours: 24, bounces: 0.2, complaints: 0 },
      state: { ...state, storeTrouble, paused: true },
    });
    assert.deepEqual(
      remarks.map(({ code }) => code),
      ['disk-full', 'reputation-low', 'paused', 'sandbox'],
    );
    assert.equal(worstOf(remarks.map(({ level }) => level)), 'bad');
  });
});
