// The account's own list of addresses that SES takes mail for and does not deliver to.
import type {
  DeleteSuppressedDestinationRequest,
  GetSuppressedDestinationRequest,
  GetSuppressedDestinationResponse,
  ListSuppressedDestinationsRequest,
  ListSuppressedDestinationsResponse,
  PutSuppressedDestinationRequest,
} from '@aws-sdk/client-sesv2';
import { AwsError } from '../aws-error.ts';
import type { AwsWorld } from '../aws-world.ts';
import { page } from '../page.ts';
import type { Suppressed } from './ses-state.ts';

export function putSuppressedDestination(
  { ses, now }: AwsWorld,
  { EmailAddress = '', Reason }: PutSuppressedDestinationRequest,
): object {
  if (!/^[^@\s]+@[^@\s]+$/.test(EmailAddress) || !Reason) {
    throw new AwsError('BadRequestException', `Invalid email address: <${EmailAddress}>.`);
  }
  if (!ses.account.production) {
    throw new AwsError('BadRequestException', 'This operation requires production access.');
  }
  ses.suppressed.set(EmailAddress.toLowerCase(), { address: EmailAddress, reason: Reason, at: now() });
  return {};
}

export function getSuppressedDestination(
  world: AwsWorld,
  { EmailAddress = '' }: GetSuppressedDestinationRequest,
): GetSuppressedDestinationResponse {
  const found = listed(world, EmailAddress);
  return { SuppressedDestination: { ...summary(found), Attributes: {} } };
}

export function deleteSuppressedDestination(
  world: AwsWorld,
  { EmailAddress = '' }: DeleteSuppressedDestinationRequest,
): object {
  listed(world, EmailAddress);
  world.ses.suppressed.delete(EmailAddress.toLowerCase());
  return {};
}

export function listSuppressedDestinations(
  { ses }: AwsWorld,
  { Reasons, StartDate, EndDate, NextToken, PageSize }: ListSuppressedDestinationsRequest,
): ListSuppressedDestinationsResponse {
  const from = StartDate ? Date.parse(`${StartDate}`) : -Infinity;
  const to = EndDate ? Date.parse(`${EndDate}`) : Infinity;
  const wanted = [...ses.suppressed.values()].filter(
    ({ reason, at }) => (Reasons?.includes(reason) ?? true) && at >= from && at <= to,
  );
  const { items, next } = page(wanted, NextToken, PageSize);
  return { SuppressedDestinationSummaries: items.map(summary), NextToken: next };
}

function summary({ address, reason, at }: Suppressed) {
  return { EmailAddress: address, Reason: reason, LastUpdateTime: new Date(at) };
}

function listed({ ses }: AwsWorld, address: string): Suppressed {
  const found = ses.suppressed.get(address.toLowerCase());
  if (found) return found;
  throw new AwsError(
    'NotFoundException',
    `Email address ${address} does not exist on your suppression list.`,
    404,
  );
}
