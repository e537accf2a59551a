import assert from 'node:assert/strict';
import { ForwardingCodes } from '../../../nodes/lib/inbound/forwarding-code.ts';
import type { InboundMessage } from '../../../nodes/lib/inbound/mail-listener.ts';
import { sealedVault } from '../../../nodes/lib/keys/sealed-vault.ts';
import { fixedKeys } from '../../support/fixed-keys.ts';

describe('ForwardingCodes', () => {
  let stored: Map<string, string>;
  beforeEach(() => {
    stored = new Map();
  });
  const open = () => {
    const notes = {
      readNote: async (name: string) => stored.get(name),
      writeNote: async (name: string, value = '') => void stored.set(name, value),
    };
    return new ForwardingCodes(sealedVault(notes, fixedKeys(), 'app00001'));
  };
  const message = (receivedAt: number, confirmation?: object) =>
    ({
      receivedAt,
      mail: { from: { address: 'forwarding-noreply@google.com' }, confirmation },
    }) as InboundMessage;
  const link = 'https://mail.google.com/mail/vf-abc';

  it('keeps the last confirmation, sealed, for the next process', async () => {
    const codes = open();
    assert.equal(await codes.last(), undefined);
    await codes.take(message(1, { code: '123456', link, forwards: 'bob@gmail.com' }));
    await codes.take(message(2, { code: '654321', link }));
    const last = { at: 2, from: 'forwarding-noreply@google.com', code: '654321', link };
    assert.deepEqual([await codes.last(), await open().last()], [last, last]);
    assert.doesNotMatch([...stored.values()].join(), /654321|google/);
  });

  it('keeps nothing of other mails', async () => {
    await open().take(message(1));
    assert.equal(stored.size, 0);
  });

  it('asks again after a store that failed', async () => {
    let fails = true;
    const codes = new ForwardingCodes({
      async read() {
        if (fails) throw new Error('away');
        return undefined;
      },
      async write() {},
    });
    await assert.rejects(codes.last());
    fails = false;
    assert.equal(await codes.last(), undefined);
  });
});
