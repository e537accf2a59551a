/** A private key as people have it comes in; the two halves as SES and DNS want them come out. */
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { badSetting } from '../../settings/setting-readers.ts';
import type { OwnDkimKey } from '../ports/ses-ports.ts';

export interface KeyPair extends OwnDkimKey {
  /** For the TXT record, base64 (RFC 6376 §3.6.1). */
  readonly publicKey: string;
}

/** What SES takes. */
const fewestBits = 1024;
const mostBits = 2048;

/**
 * `privateKey` is PEM of an RSA key without a passphrase, 1024 to 2048 bits. Throws EmailError `bad-settings`, field
 * `dkimSelector` or `dkimKey`; nothing of the key is in it.
 */
export function readOwnDkimKey(selector: string, privateKey: string): KeyPair {
  if (!/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i.test(selector))
    throw badSetting('dkimSelector', 'it has letters, digits and hyphens only, 63 at most');
  const key = readRsaKey(privateKey);
  return {
    selector: selector.toLowerCase(),
    privateKey: key.export({ type: 'pkcs1', format: 'der' }).toString('base64'),
    publicKey: createPublicKey(key).export({ type: 'spki', format: 'der' }).toString('base64'),
  };
}

function readRsaKey(pem: string): KeyObject {
  const key = parseKey(pem);
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (key.asymmetricKeyType !== 'rsa') throw badSetting('dkimKey', 'it is not an RSA key');
  if (bits < fewestBits || bits > mostBits)
    throw badSetting('dkimKey', `it has ${bits} bits; SES takes ${fewestBits} to ${mostBits}`);
  return key;
}

function parseKey(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    throw badSetting('dkimKey', 'it is not a private key in PEM form without a passphrase');
  }
}
