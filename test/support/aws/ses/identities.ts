// Operations on identities; looking at one looks at its DNS records first, so that a test needs no waiting.
import type {
  CreateEmailIdentityRequest,
  CreateEmailIdentityResponse,
  DeleteEmailIdentityRequest,
  DkimAttributes,
  GetEmailIdentityRequest,
  GetEmailIdentityResponse,
  ListEmailIdentitiesRequest,
  ListEmailIdentitiesResponse,
  PutEmailIdentityConfigurationSetAttributesRequest,
  PutEmailIdentityFeedbackAttributesRequest,
  PutEmailIdentityMailFromAttributesRequest,
} from '@aws-sdk/client-sesv2';
import { AwsError } from '../aws-error.ts';
import type { AwsWorld } from '../aws-world.ts';
import { page } from '../page.ts';
import { setOf } from './configuration-sets.ts';
import { useSigning } from './dkim.ts';
import { identityNamed, newIdentity } from './identity.ts';
import type { Identity } from './ses-state.ts';
import { checkRecords } from './verification.ts';

export function createEmailIdentity(
  world: AwsWorld,
  { EmailIdentity = '', DkimSigningAttributes, ConfigurationSetName, Tags = [] }: CreateEmailIdentityRequest,
): CreateEmailIdentityResponse {
  const key = EmailIdentity.toLowerCase();
  if (world.ses.identities.has(key)) {
    throw new AwsError('AlreadyExistsException', `Email identity ${EmailIdentity} already exist.`);
  }
  if (!/^([^\s@]+@)?([a-z0-9-]+\.)+[a-z0-9-]{2,}$/.test(key)) {
    throw new AwsError('BadRequestException', `Invalid email identity <${EmailIdentity}>.`);
  }
  if (ConfigurationSetName !== undefined) setOf(world, ConfigurationSetName);
  const identity = newIdentity(key, world.now());
  if (DkimSigningAttributes) useSigning(identity, DkimSigningAttributes);
  identity.configurationSet = ConfigurationSetName;
  identity.tags = Tags.map(({ Key = '', Value = '' }) => ({ Key, Value }));
  world.ses.identities.set(key, identity);
  return {
    IdentityType: identityType(identity),
    VerifiedForSendingStatus: identity.verified,
    DkimAttributes: dkimOf(world, identity),
  };
}

export async function getEmailIdentity(
  world: AwsWorld,
  { EmailIdentity }: GetEmailIdentityRequest,
): Promise<GetEmailIdentityResponse> {
  const identity = identityNamed(world, EmailIdentity);
  await checkRecords(world, identity);
  const { mailFrom, lastCheck } = identity;
  return {
    IdentityType: identityType(identity),
    FeedbackForwardingStatus: identity.feedbackForwarding,
    VerifiedForSendingStatus: identity.verified,
    DkimAttributes: dkimOf(world, identity),
    MailFromAttributes: mailFrom && {
      MailFromDomain: mailFrom.domain,
      MailFromDomainStatus: mailFrom.status,
      BehaviorOnMxFailure: mailFrom.behavior,
    },
    Policies: {},
    Tags: identity.tags,
    ConfigurationSetName: identity.configurationSet,
    VerificationStatus: verificationStatus(identity),
    VerificationInfo: lastCheck && {
      LastCheckedTimestamp: new Date(lastCheck.at),
      ...(lastCheck.error
        ? { ErrorType: lastCheck.error }
        : { LastSuccessTimestamp: new Date(lastCheck.at) }),
    },
  };
}

export function listEmailIdentities(
  { ses }: AwsWorld,
  { NextToken, PageSize }: ListEmailIdentitiesRequest,
): ListEmailIdentitiesResponse {
  const { items, next } = page([...ses.identities.values()], NextToken, PageSize);
  return {
    EmailIdentities: items.map((identity) => ({
      IdentityType: identityType(identity),
      IdentityName: identity.name,
      SendingEnabled: identity.verified,
      VerificationStatus: verificationStatus(identity),
    })),
    NextToken: next,
  };
}

export function deleteEmailIdentity(world: AwsWorld, { EmailIdentity }: DeleteEmailIdentityRequest): object {
  world.ses.identities.delete(identityNamed(world, EmailIdentity).name);
  return {};
}

export function putEmailIdentityMailFromAttributes(
  world: AwsWorld,
  { EmailIdentity, MailFromDomain, BehaviorOnMxFailure }: PutEmailIdentityMailFromAttributesRequest,
): object {
  const identity = identityNamed(world, EmailIdentity);
  const domain = identity.name.slice(identity.name.indexOf('@') + 1);
  if (MailFromDomain && !MailFromDomain.toLowerCase().endsWith(`.${domain}`)) {
    throw new AwsError(
      'BadRequestException',
      `Provided MAIL-FROM domain <${MailFromDomain}> is not subdomain of the domain of the identity <${domain}>.`,
    );
  }
  identity.mailFrom = MailFromDomain
    ? {
        domain: MailFromDomain.toLowerCase(),
        status: 'PENDING',
        behavior: BehaviorOnMxFailure ?? 'USE_DEFAULT_VALUE',
      }
    : undefined;
  return {};
}

export function putEmailIdentityConfigurationSetAttributes(
  world: AwsWorld,
  { EmailIdentity, ConfigurationSetName }: PutEmailIdentityConfigurationSetAttributesRequest,
): object {
  if (ConfigurationSetName !== undefined) setOf(world, ConfigurationSetName);
  identityNamed(world, EmailIdentity).configurationSet = ConfigurationSetName;
  return {};
}

export function putEmailIdentityFeedbackAttributes(
  world: AwsWorld,
  { EmailIdentity, EmailForwardingEnabled = false }: PutEmailIdentityFeedbackAttributesRequest,
): object {
  identityNamed(world, EmailIdentity).feedbackForwarding = EmailForwardingEnabled;
  return {};
}

const identityType = ({ isDomain }: Identity) => (isDomain ? 'DOMAIN' : 'EMAIL_ADDRESS');

function verificationStatus({ verified, dkim }: Identity): 'SUCCESS' | 'FAILED' | 'PENDING' {
  if (verified) return 'SUCCESS';
  return dkim.status === 'FAILED' ? 'FAILED' : 'PENDING';
}

function dkimOf({ ses }: AwsWorld, { dkim }: Identity): DkimAttributes {
  const own = dkim.origin === 'EXTERNAL';
  return {
    SigningEnabled: dkim.enabled,
    Status: dkim.status,
    Tokens: dkim.tokens,
    SigningAttributesOrigin: dkim.origin,
    ...(!own && {
      SigningHostedZone: ses.signingHostedZone,
      NextSigningKeyLength: dkim.keyLength,
      CurrentSigningKeyLength: dkim.keyLength,
      LastKeyGenerationTimestamp: new Date(dkim.keyMadeAt),
    }),
  };
}
