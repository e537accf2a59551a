import assert from 'node:assert/strict';
import { requireSecrets } from '../../nodes/glue/require-secrets.ts';

describe('requireSecrets', () => {
  it('is content when every secret that was saved is there', () => {
    requireSecrets({ givenSecrets: ['user', 'password'] }, { user: 'ann', password: 'sesame' });
    requireSecrets({ givenSecrets: [] }, undefined);
  });

  it('asks nothing of a flow that does not say what it had', () => {
    requireSecrets({}, {});
  });

  for (const credentials of [undefined, {}, { user: 'ann' }, { user: 'ann', password: '' }]) {
    it(`names what is lost of ${JSON.stringify(credentials)}`, async () => {
      const lost = credentials?.user ? 'password' : 'user';
      const given = { givenSecrets: ['user', 'password'] };
      assert.throws(() => requireSecrets(given, credentials), { code: 'secret-lost', field: lost });
    });
  }
});
