// Who signs a domain's mail: SES with keys of its own behind three CNAMEs, or SES with the customer's key.
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import type {
  DkimSigningAttributes,
  PutEmailIdentityDkimAttributesRequest,
  PutEmailIdentityDkimSigningAttributesRequest,
  PutEmailIdentityDkimSigningAttributesResponse,
} from '@aws-sdk/client-sesv2';
import { AwsError } from '../aws-error.ts';
import type { AwsWorld } from '../aws-world.ts';
import { identityNamed, newDkimTokens } from './identity.ts';
import type { Identity } from './ses-state.ts';

export function putEmailIdentityDkimAttributes(
  world: AwsWorld,
  { EmailIdentity, SigningEnabled = false }: PutEmailIdentityDkimAttributesRequest,
): object {
  identityNamed(world, EmailIdentity).dkim.enabled = SigningEnabled;
  return {};
}

export function putEmailIdentityDkimSigningAttributes(
  world: AwsWorld,
  { EmailIdentity, SigningAttributesOrigin, SigningAttributes }: PutEmailIdentityDkimSigningAttributesRequest,
): PutEmailIdentityDkimSigningAttributesResponse {
  const identity = identityNamed(world, EmailIdentity);
  const { dkim } = identity;
  if (SigningAttributesOrigin === 'EXTERNAL') useSigning(identity, SigningAttributes ?? {});
  else if (SigningAttributes?.NextSigningKeyLength) changeLength(world, identity, SigningAttributes);
  else if (dkim.origin === 'EXTERNAL' || dkim.status === 'NOT_STARTED') useEasyDkim(identity, world.now());
  return {
    DkimStatus: dkim.status,
    DkimTokens: dkim.tokens,
    ...(dkim.origin !== 'EXTERNAL' && { SigningHostedZone: world.ses.signingHostedZone }),
  };
}

/** The customer's key with its selector, or only a key length. */
export function useSigning(identity: Identity, attributes: DkimSigningAttributes): void {
  const { DomainSigningSelector, DomainSigningPrivateKey, NextSigningKeyLength } = attributes;
  const { dkim } = identity;
  if (NextSigningKeyLength) {
    dkim.keyLength = NextSigningKeyLength;
    return;
  }
  if (!DomainSigningSelector || !DomainSigningPrivateKey) {
    throw new AwsError('BadRequestException', 'A selector and a private key must be specified.');
  }
  const key = readKey(DomainSigningPrivateKey);
  dkim.publicKey = createPublicKey(key).export({ type: 'spki', format: 'der' }).toString('base64');
  Object.assign(dkim, { origin: 'EXTERNAL', tokens: [DomainSigningSelector], status: 'PENDING' });
}

function useEasyDkim({ dkim }: Identity, at: number): void {
  Object.assign(dkim, { origin: 'AWS_SES', tokens: newDkimTokens(), status: 'PENDING', keyMadeAt: at });
  dkim.publicKey = undefined;
}

const day = 24 * 3_600_000;

function changeLength(
  world: AwsWorld,
  { dkim }: Identity,
  { NextSigningKeyLength }: DkimSigningAttributes,
): void {
  if (NextSigningKeyLength === dkim.keyLength || !NextSigningKeyLength) return;
  if (world.now() - dkim.keyMadeAt < day) {
    throw new AwsError('BadRequestException', 'The key length can be changed once in 24 hours.');
  }
  Object.assign(dkim, { keyLength: NextSigningKeyLength, keyMadeAt: world.now() });
}

/** Base64 of PKCS#1 or PKCS#8 without the lines around it: RSA of 1024 to 2048 bits. */
function readKey(base64: string): KeyObject {
  const der = Buffer.from(base64, 'base64');
  for (const type of ['pkcs8', 'pkcs1'] as const) {
    try {
      const key = createPrivateKey({ key: der, format: 'der', type });
      const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
      if (key.asymmetricKeyType === 'rsa' && bits >= 1024 && bits <= 2048) return key;
    } catch {} // the other form, or none
  }
  throw new AwsError(
    'BadRequestException',
    'The private key is not an RSA key of 1024 to 2048 bits in base64.',
  );
}
