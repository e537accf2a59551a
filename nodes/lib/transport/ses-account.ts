/** What SES says of an account comes in; plain words and the quota go out. Pure. */
import { EmailError } from '../kernel/errors.ts';
import type { SendQuota } from './transport.ts';

/** The part of GetAccount's answer that is read. */
interface GivenAccount {
  readonly ProductionAccessEnabled?: boolean;
  readonly SendingEnabled?: boolean;
  readonly EnforcementStatus?: string;
  readonly SendQuota?: {
    readonly Max24HourSend?: number;
    readonly MaxSendRate?: number;
    readonly SentLast24Hours?: number;
  };
}

/** Throws EmailError `ses-suspended`, `ses-paused` when the account cannot send. */
export function describeAccount(account: GivenAccount, region: string): string {
  const { EnforcementStatus: standing, SendingEnabled } = account;
  if (standing === 'SHUTDOWN') throw stopped('ses-suspended', 'its enforcement status is SHUTDOWN');
  if (SendingEnabled === false) throw stopped('ses-paused', 'sending is switched off for the account');
  const access = account.ProductionAccessEnabled
    ? 'production access'
    : 'still in the sandbox, which mails only to verified addresses';
  const warning = standing === 'PROBATION' ? ' The account is on probation: see the AWS console.' : '';
  return `Connected to Amazon SES in ${region}: ${access}, ${describeQuota(quotaOf(account))}.${warning}`;
}

/** Unknown limits are those of the sandbox. */
export function quotaOf({ SendQuota: quota = {} }: GivenAccount): SendQuota {
  const perDay = finiteOr(200, quota.Max24HourSend);
  return {
    perSecond: finiteOr(1, quota.MaxSendRate),
    perDay: perDay < 0 ? Number.POSITIVE_INFINITY : perDay,
    usedToday: finiteOr(0, quota.SentLast24Hours),
  };
}

/** JSON of AWS knows `NaN` and `Infinity`; a rate of these would let no mail leave any more. */
function finiteOr(otherwise: number, value: number | undefined): number {
  return value !== undefined && Number.isFinite(value) ? value : otherwise;
}

function describeQuota({ perSecond, perDay, usedToday }: SendQuota): string {
  const limit = perDay === Number.POSITIVE_INFINITY ? 'no daily limit' : `${perDay} in 24 hours`;
  return `${perSecond} a second, ${limit}, ${usedToday} used`;
}

function stopped(code: 'ses-suspended' | 'ses-paused', response: string): EmailError {
  return new EmailError(code, { detail: { response }, retryable: true });
}
