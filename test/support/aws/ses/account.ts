// GetAccount, and what the account's state forbids.
import type {
  GetAccountResponse,
  ListDedicatedIpPoolsRequest,
  ListDedicatedIpPoolsResponse,
  PutAccountSuppressionAttributesRequest,
} from '@aws-sdk/client-sesv2';
import { AwsError } from '../aws-error.ts';
import type { AwsWorld } from '../aws-world.ts';
import { page } from '../page.ts';
import { isSimulator } from './simulator-address.ts';

export function getAccount({ ses: { account } }: AwsWorld): GetAccountResponse {
  return {
    DedicatedIpAutoWarmupEnabled: true,
    EnforcementStatus: account.enforcement,
    ProductionAccessEnabled: account.production,
    SendQuota: {
      Max24HourSend: account.perDay,
      MaxSendRate: account.perSecond,
      SentLast24Hours: account.sentToday,
    },
    SendingEnabled: account.sending,
    SuppressionAttributes: { SuppressedReasons: account.suppressedReasons },
    ...(account.review && { Details: { ReviewDetails: { Status: account.review, CaseId: '1' } } }),
  };
}

export function putAccountSuppressionAttributes(
  { ses: { account } }: AwsWorld,
  { SuppressedReasons = [] }: PutAccountSuppressionAttributesRequest,
): object {
  account.suppressedReasons = SuppressedReasons;
  return {};
}

export function listDedicatedIpPools(
  { ses }: AwsWorld,
  { NextToken, PageSize }: ListDedicatedIpPoolsRequest,
): ListDedicatedIpPoolsResponse {
  const { items, next } = page(ses.dedicatedIpPools, NextToken, PageSize);
  return { DedicatedIpPools: [...items], NextToken: next };
}

const inbox =
  'For more information, please check the inbox of the email address associated with your AWS account.';

export function checkAccountMaySend({ ses: { account } }: AwsWorld): void {
  if (account.enforcement === 'SHUTDOWN') {
    throw new AwsError('AccountSuspendedException', `Sending suspended for this account. ${inbox}`);
  }
  if (!account.sending) {
    throw new AwsError('SendingPausedException', `Sending paused for this account. ${inbox}`);
  }
}

/** Takes from the second's and the day's allowance; the simulator's addresses count for the second only. */
export function takeQuota({ ses, now }: AwsWorld, destinations: readonly string[]): void {
  const { account, pace } = ses;
  const counted = destinations.filter((address) => !isSimulator(address)).length;
  if (account.perDay >= 0 && account.sentToday + counted > account.perDay) {
    throw new AwsError('TooManyRequestsException', 'Daily message quota exceeded.', 429);
  }
  const regained = Math.max(0, now() - pace.at) * (account.perSecond / 1000);
  pace.left = Math.min(account.perSecond, pace.left + regained);
  pace.at = now();
  if (pace.left < 1) {
    throw new AwsError('TooManyRequestsException', 'Maximum sending rate exceeded.', 429);
  }
  pace.left -= destinations.length;
  account.sentToday += counted;
}
