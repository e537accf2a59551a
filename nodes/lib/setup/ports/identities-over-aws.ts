/** The set-up’s port to the identities of SES, over the AWS clients. */
import type * as SesV2 from '@aws-sdk/client-sesv2';
import type { AwsOutput } from '../../aws/aws-call.ts';
import type { AwsClients } from '../../aws/aws-clients.ts';
import { ifThere } from './if-there.ts';
import type { OwnDkimKey, SesIdentities, SesIdentity, SesState } from './ses-ports.ts';

type SesCalls = AwsClients['sesv2'];
type FirstCalls = AwsClients['ses'];

export function identitiesOverAws(sesv2: SesCalls, ses: FirstCalls): SesIdentities {
  return {
    async getEmailIdentity(domain) {
      const given = await ifThere(sesv2('GetEmailIdentity', { EmailIdentity: domain }));
      return given && readIdentity(given);
    },
    async createEmailIdentity({ domain, key }) {
      const signing = key && { DkimSigningAttributes: keyAttributes(key) };
      await sesv2('CreateEmailIdentity', { EmailIdentity: domain, ...signing });
    },
    async putEmailIdentityDkimAttributes(domain, signing) {
      await sesv2('PutEmailIdentityDkimAttributes', { EmailIdentity: domain, SigningEnabled: signing });
    },
    async putEmailIdentityDkimSigningAttributes(domain, key) {
      await sesv2('PutEmailIdentityDkimSigningAttributes', {
        EmailIdentity: domain,
        ...(key === 'easy'
          ? { SigningAttributesOrigin: 'AWS_SES' }
          : { SigningAttributesOrigin: 'EXTERNAL', SigningAttributes: keyAttributes(key) }),
      });
    },
    async putEmailIdentityMailFromAttributes(domain, mailFrom, onMxFailure) {
      await sesv2('PutEmailIdentityMailFromAttributes', {
        EmailIdentity: domain,
        MailFromDomain: mailFrom,
        BehaviorOnMxFailure: onMxFailure,
      });
    },
    verifyDomainIdentity: async (domain) =>
      (await ses('VerifyDomainIdentity', { Domain: domain })).VerificationToken ?? '',
    async getIdentityVerificationAttributes(domain) {
      const given = await ses('GetIdentityVerificationAttributes', { Identities: [domain] });
      const found = given.VerificationAttributes?.[domain];
      return found && { state: firstState(found.VerificationStatus), token: found.VerificationToken };
    },
  };
}

function keyAttributes({ selector, privateKey }: OwnDkimKey) {
  return { DomainSigningSelector: selector, DomainSigningPrivateKey: privateKey };
}

type GivenIdentity = AwsOutput<typeof SesV2, 'GetEmailIdentity'>;

function readIdentity({
  VerificationInfo,
  DkimAttributes = {},
  MailFromAttributes,
  ...given
}: GivenIdentity): SesIdentity {
  const { MailFromDomain, MailFromDomainStatus, BehaviorOnMxFailure } = MailFromAttributes ?? {};
  return {
    verified: given.VerifiedForSendingStatus ?? false,
    state: given.VerificationStatus ?? 'NOT_STARTED',
    errorType: VerificationInfo?.ErrorType,
    dkim: {
      signing: DkimAttributes.SigningEnabled ?? false,
      state: DkimAttributes.Status ?? 'NOT_STARTED',
      origin: DkimAttributes.SigningAttributesOrigin ?? 'AWS_SES',
      tokens: DkimAttributes.Tokens ?? [],
      hostedZone: DkimAttributes.SigningHostedZone,
    },
    mailFrom: MailFromDomain
      ? {
          domain: MailFromDomain,
          state: MailFromDomainStatus ?? 'PENDING',
          onMxFailure: BehaviorOnMxFailure ?? 'USE_DEFAULT_VALUE',
        }
      : undefined,
    configurationSet: given.ConfigurationSetName,
  };
}

/** Version 1 writes `Success` and `TemporaryFailure`. */
function firstState(status: string | undefined): SesState {
  return status === undefined
    ? 'NOT_STARTED'
    : (status.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase() as SesState);
}
