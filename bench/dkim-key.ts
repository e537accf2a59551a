/** An RSA-2048 key for both sides of the comparison. */
import { generateKeyPairSync } from 'node:crypto';

const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

export const dkim = { domainName: 'example.com', keySelector: 'bench', privateKey };

/** The same, as an email-app node has it. */
export const dkimSettings = { dkimDomain: dkim.domainName, dkimSelector: dkim.keySelector };
export const dkimCredentials = { dkimKey: privateKey };
