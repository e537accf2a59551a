/** The set-up’s ports to the account, configuration sets and suppression list of SES, over the AWS clients. */
import type * as SesV2 from '@aws-sdk/client-sesv2';
import type { AwsOutput } from '../../aws/aws-call.ts';
import type { AwsClients } from '../../aws/aws-clients.ts';
import { quotaOf } from '../../transport/ses-account.ts';
import { allPages, ifThere } from './if-there.ts';
import type {
  EventDestination,
  SesAccount,
  SesAccounts,
  SesConfigurationSets,
  SesSuppressions,
} from './ses-ports.ts';

type SesCalls = AwsClients['sesv2'];

export function accountsOverAws(sesv2: SesCalls): SesAccounts {
  return {
    getAccount: async () => readAccount(await sesv2('GetAccount', {})),
    async putAccountSuppressionAttributes(reasons) {
      await sesv2('PutAccountSuppressionAttributes', { SuppressedReasons: [...reasons] });
    },
  };
}

function readAccount({ SendQuota, ...given }: AwsOutput<typeof SesV2, 'GetAccount'>): SesAccount {
  const { perDay, perSecond, usedToday } = quotaOf({ SendQuota });
  return {
    production: given.ProductionAccessEnabled ?? false,
    sending: given.SendingEnabled ?? false,
    enforcement: given.EnforcementStatus ?? 'HEALTHY',
    perDay,
    perSecond,
    sentLastDay: usedToday,
    suppressedReasons: given.SuppressionAttributes?.SuppressedReasons ?? [],
    review: given.Details?.ReviewDetails?.Status,
  };
}

export function configurationSetsOverAws(sesv2: SesCalls): SesConfigurationSets {
  return {
    listConfigurationSets: () =>
      allPages(async (next) => {
        const given = await sesv2('ListConfigurationSets', { NextToken: next, PageSize: 1000 });
        return { items: given.ConfigurationSets ?? [], next: given.NextToken };
      }),
    async getConfigurationSet(name) {
      const given = await ifThere(sesv2('GetConfigurationSet', { ConfigurationSetName: name }));
      if (!given) return undefined;
      const {
        SendingPoolName: pool,
        TlsPolicy: tls,
        MaxDeliverySeconds: maxSeconds,
      } = given.DeliveryOptions ?? {};
      const { CustomRedirectDomain: redirectDomain, HttpsPolicy: https } = given.TrackingOptions ?? {};
      return { delivery: { pool, tls, maxSeconds }, tracking: { redirectDomain, https } };
    },
    async createConfigurationSet(name) {
      await sesv2('CreateConfigurationSet', { ConfigurationSetName: name });
    },
    ...eventDestinationsOverAws(sesv2),
    listDedicatedIpPools: () =>
      allPages(async (next) => {
        const given = await sesv2('ListDedicatedIpPools', { NextToken: next });
        return { items: given.DedicatedIpPools ?? [], next: given.NextToken };
      }),
    async putConfigurationSetDeliveryOptions(set, { pool, tls, maxSeconds }) {
      await sesv2('PutConfigurationSetDeliveryOptions', {
        ConfigurationSetName: set,
        SendingPoolName: pool,
        TlsPolicy: tls,
        MaxDeliverySeconds: maxSeconds,
      });
    },
    async putConfigurationSetTrackingOptions(set, { redirectDomain, https }) {
      await sesv2('PutConfigurationSetTrackingOptions', {
        ConfigurationSetName: set,
        CustomRedirectDomain: redirectDomain,
        HttpsPolicy: https,
      });
    },
  };
}

type EventDestinationCalls = Pick<
  SesConfigurationSets,
  | 'getConfigurationSetEventDestinations'
  | 'createConfigurationSetEventDestination'
  | 'updateConfigurationSetEventDestination'
>;

function eventDestinationsOverAws(sesv2: SesCalls): EventDestinationCalls {
  return {
    async getConfigurationSetEventDestinations(name) {
      const given = await sesv2('GetConfigurationSetEventDestinations', { ConfigurationSetName: name });
      return (given.EventDestinations ?? []).map((destination) => ({
        name: destination.Name ?? '',
        enabled: destination.Enabled ?? false,
        events: destination.MatchingEventTypes ?? [],
        topicArn: destination.SnsDestination?.TopicArn,
      }));
    },
    async createConfigurationSetEventDestination(set, destination) {
      await sesv2('CreateConfigurationSetEventDestination', destinationInput(set, destination));
    },
    async updateConfigurationSetEventDestination(set, destination) {
      await sesv2('UpdateConfigurationSetEventDestination', destinationInput(set, destination));
    },
  };
}

function destinationInput(set: string, { name, enabled, events, topicArn }: EventDestination) {
  return {
    ConfigurationSetName: set,
    EventDestinationName: name,
    EventDestination: {
      Enabled: enabled,
      MatchingEventTypes: events as SesV2.EventType[],
      SnsDestination: { TopicArn: topicArn },
    },
  };
}

export function suppressionsOverAws(sesv2: SesCalls): SesSuppressions {
  return {
    async getSuppressedDestination(address) {
      const given = await ifThere(sesv2('GetSuppressedDestination', { EmailAddress: address }));
      return given?.SuppressedDestination && readSuppressed(given.SuppressedDestination);
    },
    async listSuppressedDestinations(next) {
      const given = await sesv2('ListSuppressedDestinations', { NextToken: next, PageSize: 1000 });
      return {
        entries: (given.SuppressedDestinationSummaries ?? []).map(readSuppressed),
        next: given.NextToken,
      };
    },
    async putSuppressedDestination(address, reason) {
      await sesv2('PutSuppressedDestination', { EmailAddress: address, Reason: reason });
    },
    async deleteSuppressedDestination(address) {
      await ifThere(sesv2('DeleteSuppressedDestination', { EmailAddress: address }));
    },
  };
}

function readSuppressed({ EmailAddress, Reason, LastUpdateTime }: SesV2.SuppressedDestinationSummary) {
  return { address: EmailAddress ?? '', reason: Reason ?? 'BOUNCE', at: LastUpdateTime?.getTime() ?? 0 };
}
