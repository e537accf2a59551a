// Identities as the older API makes them: a domain is proven by one TXT record.
import { randomBytes } from 'node:crypto';
import type {
  GetIdentityVerificationAttributesRequest,
  GetIdentityVerificationAttributesResponse,
  IdentityVerificationAttributes,
  VerifyDomainDkimRequest,
  VerifyDomainDkimResponse,
  VerifyDomainIdentityRequest,
  VerifyDomainIdentityResponse,
} from '@aws-sdk/client-ses';
import { AwsError } from '../aws-error.ts';
import type { AwsWorld } from '../aws-world.ts';
import { newDkimTokens, newIdentity } from '../ses/identity.ts';
import type { Identity } from '../ses/ses-state.ts';
import { checkRecords } from '../ses/verification.ts';

export function verifyDomainIdentity(
  world: AwsWorld,
  { Domain }: VerifyDomainIdentityRequest,
): VerifyDomainIdentityResponse {
  const identity = identityOf(world, Domain);
  identity.ownershipToken ??= randomBytes(32).toString('base64');
  return { VerificationToken: identity.ownershipToken };
}

export function verifyDomainDkim(
  world: AwsWorld,
  { Domain }: VerifyDomainDkimRequest,
): VerifyDomainDkimResponse {
  const { dkim } = identityOf(world, Domain);
  if (dkim.status === 'NOT_STARTED') {
    Object.assign(dkim, { status: 'PENDING', tokens: newDkimTokens(), enabled: true });
  }
  return { DkimTokens: dkim.tokens };
}

/** Only those that exist are in the answer. */
export async function getIdentityVerificationAttributes(
  world: AwsWorld,
  { Identities = [] }: GetIdentityVerificationAttributesRequest,
): Promise<GetIdentityVerificationAttributesResponse> {
  const found: Record<string, IdentityVerificationAttributes> = {};
  for (const name of Identities) {
    const identity = world.ses.identities.get(name.toLowerCase());
    if (!identity) continue;
    await checkRecords(world, identity);
    found[name] = {
      VerificationStatus: identity.verified ? 'Success' : 'Pending',
      VerificationToken: identity.ownershipToken,
    };
  }
  return { VerificationAttributes: found };
}

/** Made when there is none, without DKIM until that is asked for. */
function identityOf({ ses, now }: AwsWorld, name = ''): Identity {
  const key = name.toLowerCase();
  if (!/^([a-z0-9-]+\.)+[a-z0-9-]{2,}$/.test(key)) {
    throw new AwsError('InvalidParameterValue', `Invalid domain name ${name}.`);
  }
  const known = ses.identities.get(key);
  if (known) return known;
  const identity = newIdentity(key, now());
  Object.assign(identity.dkim, { status: 'NOT_STARTED', tokens: [], enabled: false });
  ses.identities.set(key, identity);
  return identity;
}
