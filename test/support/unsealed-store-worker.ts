/** A store's thread whose seals hide nothing: for a test that what is sealed would be found if it were not. */
import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';

const openCipher = {
  setAAD() {},
  setAuthTag() {},
  update: (bytes: Uint8Array) => Buffer.from(bytes),
  final: () => Buffer.alloc(0),
  getAuthTag: () => crypto.randomBytes(16),
};
Object.assign(crypto, { createCipheriv: () => openCipher, createDecipheriv: () => openCipher });
syncBuiltinESMExports();

await import('../../nodes/lib/store/store-worker.ts');
