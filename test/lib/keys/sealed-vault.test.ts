import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { EmailError } from '../../../nodes/lib/kernel/errors.ts';
import type { KeyRing } from '../../../nodes/lib/keys/key-ring.ts';
import { sealedVault } from '../../../nodes/lib/keys/sealed-vault.ts';
import { fixedKeys } from '../../support/fixed-keys.ts';

describe('sealedVault', () => {
  let stored: Map<string, string>;
  let troubles: EmailError[];

  beforeEach(() => {
    stored = new Map();
    troubles = [];
  });

  const notes = {
    readNote: async (name: string) => stored.get(name),
    writeNote: async (name: string, value: string | undefined) => {
      if (value === undefined) stored.delete(name);
      else stored.set(name, value);
    },
  };
  const open = (keys: KeyRing = fixedKeys(), appId = 'app00001') =>
    sealedVault(notes, keys, appId, (trouble) => troubles.push(trouble));

  it('gives back what was put in, also after a restart', async () => {
    await open().write('tokens', 'ya29.secret');
    await open().write('other', 'pässword');
    assert.equal(await open().read('tokens'), 'ya29.secret');
    assert.equal(await open().read('other'), 'pässword');
    assert.equal(await open().read('none'), undefined);
    assert.deepEqual(troubles, []);
  });

  it('takes away', async () => {
    await open().write('tokens', 'ya29.secret');
    await open().write('tokens', undefined);
    assert.deepEqual([...stored], []);
    assert.equal(await open().read('tokens'), undefined);
  });

  it('never shows what it keeps, in any spelling', async () => {
    const plain = 'a-refresh-token';
    const seal = fc.asyncProperty(fc.string({ minLength: 1 }), async (more) => {
      await open().write('tokens', `${plain}${more}`);
      const [text] = [...stored.values()];
      const bytes = Buffer.from(String(text), 'base64url').toString('latin1');
      for (const shown of [text, bytes]) assert(!shown?.includes(plain));
      assert.equal(await open().read('tokens'), Buffer.from(`${plain}${more}`).toString());
    });
    await fc.assert(seal, { numRuns: 50 });
  });

  it('still opens what a retired key sealed', async () => {
    await open(fixedKeys('old1')).write('tokens', 'secret');
    assert.equal(await open(fixedKeys('new1', 'old1')).read('tokens'), 'secret');
  });

  const spoilings: Record<string, () => Promise<string | undefined>> = {
    'with other keys': () => open(fixedKeys('key2')).read('tokens'),
    'for another app': () => open(fixedKeys(), 'app00002').read('tokens'),
    'under another name': () => {
      stored.set('vault.other', String(stored.get('vault.tokens')));
      return open().read('other');
    },
    'after it was changed': () => {
      const text = String(stored.get('vault.tokens'));
      stored.set('vault.tokens', text.slice(0, -4) + (text.endsWith('AAAA') ? 'BBBB' : 'AAAA'));
      return open().read('tokens');
    },
    'after it was cut': () => {
      stored.set('vault.tokens', String(stored.get('vault.tokens')).slice(0, 30));
      return open().read('tokens');
    },
    'when it never was sealed': () => {
      stored.set('vault.tokens', 'secret');
      return open().read('tokens');
    },
  };
  for (const [how, read] of Object.entries(spoilings))
    it(`does not open ${how}, and says so without the secret`, async () => {
      await open().write('tokens', 'ya29.secret');
      const before = stored.get('vault.tokens');
      assert.equal(await read(), undefined);
      assert.deepEqual(
        troubles.map(({ code }) => code),
        ['vault-unreadable'],
      );
      assert.doesNotMatch(String(troubles[0]?.message), /ya29/);
      if (how === 'with other keys') assert.equal(stored.get('vault.tokens'), before);
    });

  it('does not hide that the store fails', async () => {
    const failing = { ...notes, readNote: () => Promise.reject(new Error('disk')) };
    await assert.rejects(sealedVault(failing, fixedKeys(), 'app00001').read('tokens'), /disk/);
  });
});
