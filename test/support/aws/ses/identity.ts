// One domain or address that mail is sent from: how it begins and what makes it verified.
import { randomBytes } from 'node:crypto';
import { AwsError } from '../aws-error.ts';
import type { AwsWorld } from '../aws-world.ts';
import type { Identity } from './ses-state.ts';

export function newIdentity(name: string, createdAt: number): Identity {
  const isDomain = !name.includes('@');
  return {
    name,
    isDomain,
    verified: false,
    createdAt,
    ownershipProven: false,
    dkim: {
      enabled: isDomain,
      status: isDomain ? 'PENDING' : 'NOT_STARTED',
      origin: 'AWS_SES',
      keyLength: 'RSA_2048_BIT',
      keyMadeAt: createdAt,
      tokens: isDomain ? newDkimTokens() : [],
    },
    feedbackForwarding: true,
    tags: [],
  };
}

export function identityNamed({ ses }: AwsWorld, name = ''): Identity {
  const identity = ses.identities.get(name.toLowerCase());
  if (!identity) throw new AwsError('NotFoundException', `Email identity ${name} does not exist.`, 404);
  return identity;
}

/** The address itself, or the nearest domain above it. */
export function verifiedFor({ ses }: AwsWorld, address: string): Identity | undefined {
  const lower = address.toLowerCase();
  const labels = lower.slice(lower.lastIndexOf('@') + 1).split('.');
  const names = [lower, ...labels.map((_, at) => labels.slice(at).join('.'))];
  return names.map((name) => ses.identities.get(name)).find((identity) => identity?.verified);
}

export function markVerified(identity: Identity): void {
  identity.verified = true;
  if (identity.isDomain) identity.dkim.status = 'SUCCESS';
  if (identity.mailFrom) identity.mailFrom.status = 'SUCCESS';
}

/** Three labels of 32 letters and digits. */
export function newDkimTokens(): string[] {
  return [0, 1, 2].map(() => randomBytes(16).toString('hex'));
}
