import assert from 'node:assert/strict';
import type { NodeAPI } from 'node-red';
import { nameSetting } from '../../nodes/glue/name-setting.ts';
import { asEmailError, EmailError } from '../../nodes/lib/kernel/errors.ts';
import { badSetting } from '../../nodes/lib/settings/setting-readers.ts';
import { readJson } from '../package/project.ts';

const catalogue = readJson<{ 'email-app': { field: Record<string, string> } }>(
  'nodes/locales/en-US/email-app.json',
);
/** As Node-RED's own: a text that is missing is its key. */
const RED = {
  _: (key: string) => catalogue['email-app'].field[key.replace('email-app.field.', '')] ?? key,
} as NodeAPI;

describe('nameSetting', () => {
  const settings = {
    baseUrl: '“Public base URL” (baseUrl)',
    imapUser: '“User name” (imapUser)',
    host: '“Server” (host)',
    'topics[1].id': '“topics[1].id”',
  };
  for (const [field, shown] of Object.entries(settings))
    it(`shows ${field} as ${shown}`, () => {
      const error = asEmailError(nameSetting(RED, badSetting(field, 'it is empty')));
      assert.equal(error.message, `The setting ${shown} is not usable: it is empty.`);
      assert.deepEqual([error.code, error.field], ['bad-settings', field]);
    });

  it('leaves other failures as they are', () => {
    const error = new EmailError('bad-address', { field: 'to' });
    assert.equal(nameSetting(RED, error), error);
  });
});
