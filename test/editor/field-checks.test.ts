import assert from 'node:assert/strict';
import {
  addressOf,
  isAddress,
  isAppId,
  isBaseUrl,
  isConfigurationSet,
  isDomain,
  isEnvironmentVariable,
  isHost,
  isIpBlock,
  isNumberWithin,
  isRegion,
  isSenderRule,
  isServiceUrl,
  isTemplateId,
  isTopicId,
  isWholeWithin,
  listOf,
  maySendAs,
} from '../../nodes/editor/field-checks.ts';

const variable = (name: string) => `\${${name}}`;

const cases: { check: (text: string) => boolean; good: string[]; bad: string[] }[] = [
  {
    check: isDomain,
    good: ['example.com', 'a.b.example.co.uk', 'xn--mnchen-3ya.de', 'münchen.de'],
    bad: [
      'example',
      'https://example.com',
      'example.com/',
      '-a.example',
      'a..b',
      'a_b.example',
      'example.com.',
    ],
  },
  {
    check: isHost,
    good: ['localhost', 'smtp.example.com', '127.0.0.1', '::1', 'mail_server', 'smtp.example.com.'],
    bad: ['smtp://example.com', 'example.com:25', 'a b', 'a..b', '-a'],
  },
  {
    check: isAddress,
    good: ['ann@example.com', "o'neil+x@example.com"],
    bad: [
      'ann',
      '@example.com',
      'ann@example',
      'Ann <ann@example.com>',
      'a b@example.com',
      'a@b@example.com',
    ],
  },
  {
    check: isSenderRule,
    good: ['ann@example.com', '@example.org'],
    bad: ['example.org', '@', 'Ann <ann@example.org>'],
  },
  {
    check: isBaseUrl,
    good: [
      'https://example.com',
      'https://example.com:8443/red/',
      'http://127.0.0.1:1880',
      'http://localhost:1880/red',
      'http://[::1]:1880',
    ],
    bad: [
      'http://example.com',
      'http://127.0.0.1.example.com',
      'http://localhost.example.com',
      'http://a@127.0.0.1',
      'example.com',
      'https://',
      'https://a@example.com',
      'https://example.com/?a',
      'ftp://127.0.0.1',
    ],
  },
  {
    check: isServiceUrl,
    good: ['https://login.example.com/token', 'https://login.example.com/token?a=b', 'http://127.0.0.1:4566'],
    bad: [
      'http://login.example.com',
      'https://login.example.com/{tenant}/token',
      'https://login.example.com/<tenant>/token',
      'https://a@login.example.com',
      'https://login.example.com/#a',
      'login.example.com',
    ],
  },
  {
    check: isRegion,
    good: ['eu-central-1', 'us-gov-west-1', 'ap-southeast-3'],
    bad: ['eu', 'eu-central', 'eu-central-1.example.com', 'eu central 1'],
  },
  { check: isConfigurationSet, good: ['shop_1-a'], bad: ['a b', 'a.b', 'x'.repeat(65)] },
  {
    check: isIpBlock,
    good: ['127.0.0.1', '10.0.0.0/8', '::1', 'fd00::/8', '255.255.255.255/32'],
    bad: ['10.0.0', '10.0.0.256', '10.0.0.0/33', 'fd00::/129', 'proxy.example.com', '1.2.3.4.5', '10.0.0.0/'],
  },
  { check: isTopicId, good: ['news', 'a.b_c-D9', 'x'.repeat(64)], bad: ['', 'a b', 'ä', 'x'.repeat(65)] },
  { check: isTemplateId, good: ['welcome', 'a_b-9'], bad: ['', 'Welcome', 'a.b', '../x', 'x'.repeat(65)] },
  {
    check: isAppId,
    good: ['abcdefgh', 'a1'.repeat(16)],
    bad: ['abc', 'ABCDEFGH', '../../etc', 'a'.repeat(33)],
  },
  {
    check: isEnvironmentVariable,
    good: [variable('SMTP_HOST'), '$(SMTP_HOST)'],
    bad: ['$HOST', variable(''), `x${variable('HOST')}`],
  },
  { check: (text) => isWholeWithin(text, 1, 65535), good: ['1', '587'], bad: ['0', '65536', '1.5', 'x'] },
  {
    check: (text) => isNumberWithin(text, 0.01, 1000),
    good: ['0.5', '1000'],
    bad: ['0', '-1', '1001', '1,5'],
  },
];

describe('checks of single settings', () => {
  for (const { check, good, bad } of cases) {
    for (const text of good)
      it(`${check.name || 'a range'} accepts ${text}`, () => assert.equal(check(text), true));
    for (const text of bad)
      it(`${check.name || 'a range'} refuses ${text}`, () => assert.equal(check(text), false));
  }
});

describe('addressOf', () => {
  it('finds the address beside a name', () =>
    assert.equal(addressOf('Shop <Hello@Example.com>'), 'hello@example.com'));
  it('takes an address alone', () => assert.equal(addressOf(' a@example.com '), 'a@example.com'));
  it('refuses what is neither', () => assert.equal(addressOf('Shop <hello>'), undefined));
});

describe('maySendAs', () => {
  const allowed = listOf('@news.example, , boss@example.org');

  for (const [address, identity, expected] of [
    ['a@example.com', 'example.com', true],
    ['a@example.com', 'Example.com', true],
    ['a@sub.example.com', 'example.com', false],
    ['hello@example.com', 'hello@example.com', true],
    ['other@example.com', 'hello@example.com', false],
    ['x@news.example', 'example.com', true],
    ['boss@example.org', 'example.com', true],
    ['staff@example.org', 'example.com', false],
  ] as const) {
    it(`${expected ? 'lets' : 'does not let'} ${identity} send as ${address}`, () => {
      assert.equal(maySendAs(address, identity, allowed), expected);
    });
  }
});
