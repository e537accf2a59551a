// Configuration sets and their options.
import type {
  CreateConfigurationSetRequest,
  DeleteConfigurationSetRequest,
  DeliveryOptions,
  GetConfigurationSetRequest,
  GetConfigurationSetResponse,
  ListConfigurationSetsRequest,
  ListConfigurationSetsResponse,
  PutConfigurationSetDeliveryOptionsRequest,
  PutConfigurationSetReputationOptionsRequest,
  PutConfigurationSetSendingOptionsRequest,
  PutConfigurationSetSuppressionOptionsRequest,
  PutConfigurationSetTrackingOptionsRequest,
  TrackingOptions,
} from '@aws-sdk/client-sesv2';
import { AwsError } from '../aws-error.ts';
import type { AwsWorld } from '../aws-world.ts';
import { page } from '../page.ts';
import type { ConfigurationSet } from './ses-state.ts';

export function createConfigurationSet(world: AwsWorld, request: CreateConfigurationSetRequest): object {
  const { ConfigurationSetName = '', DeliveryOptions, TrackingOptions } = request;
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(ConfigurationSetName)) {
    throw new AwsError('BadRequestException', `Invalid configuration set name <${ConfigurationSetName}>.`);
  }
  if (world.ses.configurationSets.has(ConfigurationSetName)) {
    throw new AwsError(
      'AlreadyExistsException',
      `Configuration set <${ConfigurationSetName}> already exists.`,
    );
  }
  checkPool(world, DeliveryOptions);
  checkRedirect(world, TrackingOptions);
  world.ses.configurationSets.set(ConfigurationSetName, {
    Tags: [],
    ...request,
    DeliveryOptions: { TlsPolicy: 'OPTIONAL', ...DeliveryOptions },
    ReputationOptions: { ReputationMetricsEnabled: false, ...request.ReputationOptions },
    SendingOptions: { SendingEnabled: true, ...request.SendingOptions },
    eventDestinations: [],
  });
  return {};
}

export function getConfigurationSet(
  world: AwsWorld,
  { ConfigurationSetName }: GetConfigurationSetRequest,
): GetConfigurationSetResponse {
  const { eventDestinations, ...set } = setOf(world, ConfigurationSetName);
  return set;
}

export function listConfigurationSets(
  { ses }: AwsWorld,
  { NextToken, PageSize }: ListConfigurationSetsRequest,
): ListConfigurationSetsResponse {
  const { items, next } = page([...ses.configurationSets.keys()], NextToken, PageSize);
  return { ConfigurationSets: [...items], NextToken: next };
}

export function deleteConfigurationSet(
  world: AwsWorld,
  { ConfigurationSetName = '' }: DeleteConfigurationSetRequest,
): object {
  setOf(world, ConfigurationSetName);
  world.ses.configurationSets.delete(ConfigurationSetName);
  return {};
}

export function putConfigurationSetDeliveryOptions(
  world: AwsWorld,
  { ConfigurationSetName, ...options }: PutConfigurationSetDeliveryOptionsRequest,
): object {
  checkPool(world, options);
  setOf(world, ConfigurationSetName).DeliveryOptions = { TlsPolicy: 'OPTIONAL', ...options };
  return {};
}

export function putConfigurationSetTrackingOptions(
  world: AwsWorld,
  { ConfigurationSetName, CustomRedirectDomain, HttpsPolicy }: PutConfigurationSetTrackingOptionsRequest,
): object {
  const options = CustomRedirectDomain ? { CustomRedirectDomain, HttpsPolicy } : undefined;
  checkRedirect(world, options);
  setOf(world, ConfigurationSetName).TrackingOptions = options;
  return {};
}

export function putConfigurationSetSuppressionOptions(
  world: AwsWorld,
  { ConfigurationSetName, ...options }: PutConfigurationSetSuppressionOptionsRequest,
): object {
  setOf(world, ConfigurationSetName).SuppressionOptions = options;
  return {};
}

export function putConfigurationSetSendingOptions(
  world: AwsWorld,
  { ConfigurationSetName, SendingEnabled }: PutConfigurationSetSendingOptionsRequest,
): object {
  setOf(world, ConfigurationSetName).SendingOptions = { SendingEnabled };
  return {};
}

export function putConfigurationSetReputationOptions(
  world: AwsWorld,
  { ConfigurationSetName, ReputationMetricsEnabled }: PutConfigurationSetReputationOptionsRequest,
): object {
  setOf(world, ConfigurationSetName).ReputationOptions = { ReputationMetricsEnabled };
  return {};
}

export function setOf({ ses }: AwsWorld, name = ''): ConfigurationSet {
  const set = ses.configurationSets.get(name);
  if (!set) throw new AwsError('NotFoundException', `Configuration set <${name}> does not exist.`, 404);
  return set;
}

function checkPool({ ses }: AwsWorld, { SendingPoolName }: DeliveryOptions = {}): void {
  if (SendingPoolName === undefined || ses.dedicatedIpPools.includes(SendingPoolName)) return;
  throw new AwsError('NotFoundException', `Sending pool <${SendingPoolName}> does not exist.`, 404);
}

/** Links may only point to a domain that is verified. */
function checkRedirect({ ses }: AwsWorld, options: TrackingOptions | undefined): void {
  const domain = options?.CustomRedirectDomain;
  if (domain === undefined) return;
  const verified = [...ses.identities.values()]
    .filter((identity) => identity.verified)
    .map(({ name }) => name);
  if (verified.some((name) => domain === name || domain.endsWith(`.${name}`))) return;
  throw new AwsError('BadRequestException', `Custom redirect domain <${domain}> is not verified.`);
}
