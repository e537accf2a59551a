/** A plan goes in; what SES knows of its domain and of the account comes out. */
import { asEmailError } from '../../kernel/errors.ts';
import type {
  SesAccount,
  SesAccounts,
  SesIdentities,
  SesIdentity,
  TokenVerification,
} from '../ports/ses-ports.ts';
import type { DomainPlan } from './domain-wishes.ts';

export interface DomainFacts {
  readonly how: 'created' | 'adopted' | 'none';
  readonly identity?: SesIdentity;
  readonly token?: TokenVerification;
  /** Or the sentence why it could not be read: keys of least privilege may be refused, and the domain matters more. */
  readonly account: SesAccount | string;
}

export async function readDomainFacts(
  { domain, token }: DomainPlan,
  { ses }: { readonly ses: SesIdentities & Pick<SesAccounts, 'getAccount'> },
): Promise<DomainFacts> {
  const identity = await ses.getEmailIdentity(domain);
  return {
    how: identity ? 'adopted' : 'none',
    identity,
    token: token ? await ses.getIdentityVerificationAttributes(domain) : undefined,
    account: await ses.getAccount().catch((thrown) => asEmailError(thrown).message),
  };
}
