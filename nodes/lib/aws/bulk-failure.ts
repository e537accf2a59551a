/** The status of one copy of a SendBulkEmail comes in; the same failure as if it had been sent alone goes out. Pure. */
import type { EmailError } from '../kernel/errors.ts';
import { serviceFailure } from './service-failure.ts';

/** The name of the error that SendEmail would have thrown. */
const names: ReadonlyMap<string, string> = new Map(
  Object.entries({
    MESSAGE_REJECTED: 'MessageRejected',
    MAIL_FROM_DOMAIN_NOT_VERIFIED: 'MailFromDomainNotVerifiedException',
    CONFIGURATION_SET_NOT_FOUND: 'ConfigurationSetDoesNotExistException',
    TEMPLATE_NOT_FOUND: 'BadRequestException',
    INVALID_PARAMETER: 'BadRequestException',
    INVALID_SENDING_POOL_NAME: 'BadRequestException',
    ACCOUNT_SUSPENDED: 'AccountSuspendedException',
    ACCOUNT_THROTTLED: 'TooManyRequestsException',
    ACCOUNT_SENDING_PAUSED: 'SendingPausedException',
    CONFIGURATION_SET_SENDING_PAUSED: 'SendingPausedException',
    TRANSIENT_FAILURE: 'InternalServiceErrorException',
    FAILED: 'InternalServiceErrorException',
  }),
);

export function bulkFailure(status: string, words: string): EmailError {
  const isQuota = status === 'ACCOUNT_DAILY_QUOTA_EXCEEDED';
  const name = isQuota ? 'LimitExceededException' : (names.get(status) ?? status);
  const message = isQuota ? 'Daily message quota exceeded' : words;
  return serviceFailure({ name, message, status: 200 }, 'ses:SendBulkEmail');
}
