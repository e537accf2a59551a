import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { EmailError } from '../../../nodes/lib/kernel/errors.ts';
import { answeredFailure, type OAuthQuestion, oauthFailure } from '../../../nodes/lib/oauth/oauth-failure.ts';
import { microsoftMeanings, oauthMeanings } from '../../../nodes/lib/oauth/provider-answers.ts';

const question: OAuthQuestion = {
  deed: 'renewal',
  service: 'login.example.com',
  offset: 0,
  secrets: ['s3cret'],
  provider: 'other',
  grant: 'authorization-code',
};

const microsoft = (number: number, error = 'invalid_grant') => ({
  error,
  error_description: `AADSTS${number}: Some words.\r\nTrace ID: 1\r\nTimestamp: 2026`,
  error_codes: [number],
});

describe('answeredFailure', () => {
  const cases: [string, object, Partial<OAuthQuestion>, string, RegExp][] = [
    ['Google', { error: 'invalid_grant' }, { provider: 'google' }, 'sign-in-needed', /testing \(7 days\)/],
    ['Microsoft', { error: 'invalid_grant' }, { provider: 'microsoft' }, 'sign-in-needed', /90 days/],
    ['another', { error: 'invalid_grant' }, {}, 'sign-in-needed', /expired or was revoked/],
    ['a code used twice', { error: 'invalid_grant' }, { deed: 'sign-in' }, 'sign-in-failed', /start again/],
    ['pressing no', { error: 'access_denied' }, { deed: 'sign-in' }, 'sign-in-failed', /pressed “no”/],
    ['a wrong client', { error: 'invalid_client' }, {}, 'oauth-refused', /client secret is wrong/],
    ['a client without the right', { error: 'unauthorized_client' }, {}, 'oauth-refused', /may not sign in/],
    ['a wrong scope', { error: 'invalid_scope' }, { deed: 'sign-in' }, 'oauth-refused', /scope is unknown/],
    ['a redirect address', { error: 'redirect_uri_mismatch' }, {}, 'oauth-refused', /redirect address/],
    ['a pause', { error: 'temporarily_unavailable' }, {}, 'oauth-failed', /overloaded/],
    ['a policy', { error: 'admin_policy_enforced' }, {}, 'oauth-refused', /administrator/],
    ['expiry', microsoft(70008), {}, 'sign-in-needed', /has expired/],
    ['90 days', microsoft(700082), {}, 'sign-in-needed', /90 days/],
    ['a new password', microsoft(50173), {}, 'sign-in-needed', /password was changed/],
    ['missing consent', microsoft(65001), {}, 'sign-in-needed', /consent/],
    ['MFA', microsoft(50076, 'interaction_required'), {}, 'sign-in-needed', /multi-factor/],
    ['MFA to enrol', microsoft(50079, 'interaction_required'), {}, 'sign-in-needed', /enrol/],
    ['conditional access', microsoft(53003), {}, 'sign-in-needed', /conditional access/],
    ['the secret’s id', microsoft(7000215, 'invalid_client'), {}, 'oauth-refused', /value, not its id/],
    ['an old secret', microsoft(7000222, 'invalid_client'), {}, 'oauth-refused', /secret has expired/],
    ['another tenant', microsoft(700016, 'unauthorized_client'), {}, 'oauth-refused', /client id is wrong/],
    ['no tenant', microsoft(90002, 'invalid_request'), {}, 'oauth-refused', /no such tenant/],
    ['no redirect', microsoft(500113, 'invalid_request'), { deed: 'sign-in' }, 'oauth-refused', /redirect/],
    ['a used code', microsoft(54005), { deed: 'sign-in' }, 'sign-in-failed', /start again/],
    [
      'an app without rights of its own',
      microsoft(65001),
      { grant: 'client-credentials' },
      'oauth-refused',
      /consent/,
    ],
    ['a word of JavaScript', { error: 'constructor' }, {}, 'oauth-refused', /it says “constructor”/],
    ['another', { error: '__proto__' }, { deed: 'sign-in' }, 'oauth-refused', /it says “__proto__”/],
    [
      'what nobody knows',
      { error: 'odd', error_description: 'Because.' },
      {},
      'oauth-refused',
      /odd: Because\./,
    ],
  ];
  for (const [what, answer, changes, code, words] of cases)
    it(`puts into words: ${what}`, () => {
      const error = answeredFailure(answer, { ...question, ...changes });
      assert.equal(error.code, code);
      assert.match(error.message, words);
      assert.equal(error.retryable, code !== 'sign-in-failed');
      assert(!error.message.includes('…'), `cut: ${error.message}`);
    });

  it('finds Microsoft’s number in the words, as the way back from the sign-in page has it', () => {
    const { error_codes: _, ...query } = microsoft(65004, 'access_denied');
    const error = answeredFailure(query, { ...question, deed: 'sign-in' });
    assert.deepEqual([error.code, error.detail.number], ['sign-in-failed', 65004]);
  });

  it('has no sentence that would be cut', () => {
    for (const { why } of [...oauthMeanings.values(), ...Object.values(microsoftMeanings)])
      assert(why.length <= 150, why);
  });

  it('shows no token that we do not know of', () => {
    const answer = {
      error: 'odd_error',
      error_description: 'Malformed auth code: 4/0AbCdEfGhIjKlMnOpQrStUv.',
    };
    const { message } = answeredFailure(answer, question);
    assert.match(message, /it says “odd_error: Malformed auth code: …”/);
  });

  it('shows neither a secret nor any other long word, in any spelling', () => {
    const secret = fc.string({ minLength: 6, maxLength: 60, unit: 'grapheme-ascii' });
    const around = fc.string({ maxLength: 20, unit: 'grapheme-ascii' });
    const hides = fc.property(secret, around, around, (token, before, after) => {
      fc.pre(token.trim().length > 5 && !'it says does not accept this app'.includes(token.trim()));
      for (const told of [token, encodeURIComponent(token), Buffer.from(token).toString('base64')]) {
        const answer = { error: 'odd_error', error_description: `${before}${told}${after}` };
        const { message, detail } = answeredFailure(answer, { ...question, secrets: [token] });
        assert(!(message + JSON.stringify(detail)).includes(told), `${told} in ${message}`);
      }
    });
    fc.assert(hides, { numRuns: 300 });
  });
});

describe('oauthFailure', () => {
  it('lets an EmailError through', () => {
    const error = new EmailError('app-closed');
    assert.equal(oauthFailure(error, question), error);
  });

  it('makes an EmailError of whatever is thrown, and keeps nothing of it', () => {
    const hostile = fc.property(fc.anything({ withNullPrototype: true, maxDepth: 3 }), (thrown) => {
      const error = oauthFailure(thrown, question);
      assert.equal(error.cause, undefined);
      assert(['oauth-failed', 'oauth-refused'].includes(error.code));
    });
    fc.assert(hostile);
    const boom = Object.assign(new Error('s3cret'), {
      isBoom: true,
      output: { statusCode: 401 },
      data: { isResponseError: true, payload: 's3cret', res: { statusCode: 401, req: { header: 's3cret' } } },
    });
    assert.doesNotMatch(inspect(oauthFailure(boom, question), { depth: 9, showHidden: true }), /s3cret/);
  });

  for (const [code, words] of [
    ['ECONNREFUSED', /nothing answers/],
    ['ENOTFOUND', /name could not be looked up/],
    ['CERT_HAS_EXPIRED', /clock is wrong/],
    ['SELF_SIGNED_CERT_IN_CHAIN', /SELF_SIGNED_CERT_IN_CHAIN/],
  ] as const)
    it(`takes ${code} for what may pass`, () => {
      const error = oauthFailure(Object.assign(new Error('x'), { isBoom: true, code }), question);
      assert.equal(error.code, 'oauth-failed');
      assert.match(error.message, words);
    });
});
