import assert from 'node:assert/strict';
import { readServiceUrl } from '../../../nodes/lib/settings/read-service-url.ts';
import { assertRefused } from '../../support/assert-refused.ts';

describe('readServiceUrl', () => {
  const good = [
    ['https://login.example.com/token', 'https://login.example.com/token'],
    ['https://Mail.Example.com/', 'https://mail.example.com'],
    ['https://login.example.com/token?tenant=a', 'https://login.example.com/token?tenant=a'],
    ['http://127.0.0.1:4566/', 'http://127.0.0.1:4566'],
    ['http://localhost:4566', 'http://localhost:4566'],
    ['http://[::1]:4566', 'http://[::1]:4566'],
  ];
  for (const [text, url] of good) {
    it(`takes ${text}`, () => assert.equal(readServiceUrl(String(text), 'oauthTokenUrl'), url));
  }

  const bad = [
    'login.example.com',
    'ftp://login.example.com',
    'http://login.example.com',
    'http://127.0.0.1.example.com',
    'http://localhost.example.com',
    'https://joe:hunter2@login.example.com',
    'https://login.example.com/#hunter2',
    'javascript:alert(1)',
    'https://',
    '',
  ];
  for (const text of bad) {
    it(`refuses ${text || 'nothing'} and does not repeat it`, async () => {
      const error = await assertRefused(
        () => readServiceUrl(text, 'oauthTokenUrl'),
        'bad-settings',
        'oauthTokenUrl',
      );
      assert.doesNotMatch(error.message, /hunter2/);
    });
  }
});
