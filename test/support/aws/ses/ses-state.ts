// What SES keeps: the account's limits, identities, configuration sets, templates, suppressed addresses, sent mails.
import type {
  BehaviorOnMxFailure,
  CreateConfigurationSetRequest,
  DkimSigningAttributesOrigin,
  EmailTemplateContent,
  EventDestination,
  ReviewStatus,
  SuppressionListReason,
  TrackingConfigurationOverrides,
  VerificationError,
} from '@aws-sdk/client-sesv2';
import { markVerified, newIdentity } from './identity.ts';

export interface SesOptions {
  readonly account?: Partial<SesAccount>;
  /** Domains and addresses that are verified from the start. */
  readonly verified?: readonly string[];
  /** Zone that DKIM names point into; never the one that people remember. */
  readonly signingHostedZone?: string;
  readonly dedicatedIpPools?: readonly string[];
}

export interface SesAccount {
  /** False is the sandbox. */
  production: boolean;
  sending: boolean;
  enforcement: 'HEALTHY' | 'PROBATION' | 'SHUTDOWN';
  /** What became of the request to leave the sandbox, once there was one. */
  review?: ReviewStatus;
  /** Recipients per second. */
  perSecond: number;
  /** Recipients per 24 hours; -1 is no limit. */
  perDay: number;
  /** Recipients in the last 24 hours. */
  sentToday: number;
  /** For which bounces and complaints SES itself lists an address. */
  suppressedReasons: SuppressionListReason[];
}

export interface Identity {
  readonly name: string;
  readonly isDomain: boolean;
  verified: boolean;
  readonly createdAt: number;
  lastCheck?: { at: number; error?: VerificationError };
  /** TXT of `_amazonses.<domain>`, once asked for by the v1 API. */
  ownershipToken?: string;
  ownershipProven: boolean;
  dkim: {
    enabled: boolean;
    status: 'PENDING' | 'SUCCESS' | 'FAILED' | 'NOT_STARTED';
    origin: DkimSigningAttributesOrigin;
    keyLength: 'RSA_1024_BIT' | 'RSA_2048_BIT';
    /** Milliseconds since the epoch. */
    keyMadeAt: number;
    /** Easy DKIM: names of the three CNAMEs; own key: the selector. */
    tokens: string[];
    /** Base64 of the public key that the TXT record must show, when the key is the customer's own. */
    publicKey?: string;
  };
  mailFrom?: { domain: string; status: 'PENDING' | 'SUCCESS' | 'FAILED'; behavior: BehaviorOnMxFailure };
  feedbackForwarding: boolean;
  configurationSet?: string;
  tags: { Key: string; Value: string }[];
}

/** As it was created, with what was put since. */
export type ConfigurationSet = CreateConfigurationSetRequest & {
  readonly eventDestinations: EventDestination[];
};

export interface Suppressed {
  readonly address: string;
  readonly reason: SuppressionListReason;
  readonly at: number;
}

export interface SentMail {
  readonly messageId: string;
  readonly action: 'SendEmail' | 'SendBulkEmail';
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly from: string;
  /** To, Cc and Bcc. */
  readonly destinations: readonly string[];
  /** As SES hands it on: its own Message-ID and Date, without Bcc and X-SES-… headers. */
  readonly raw: Buffer;
  readonly tags: Readonly<Record<string, string>>;
  readonly configurationSet?: string;
  /** Switches that the request turned for this mail alone. */
  readonly tracking?: TrackingConfigurationOverrides;
}

export interface SesState {
  readonly account: SesAccount;
  readonly signingHostedZone: string;
  readonly dedicatedIpPools: string[];
  /** By lower-case name. */
  readonly identities: Map<string, Identity>;
  readonly configurationSets: Map<string, ConfigurationSet>;
  readonly templates: Map<string, { content: EmailTemplateContent; at: number }>;
  /** By lower-case address. */
  readonly suppressed: Map<string, Suppressed>;
  readonly sent: SentMail[];
  /** How many recipients may go now, and when that was so. */
  readonly pace: { left: number; at: number };
}

export function newSesState(options: SesOptions): SesState {
  const account = { ...usualAccount, ...options.account };
  const state: SesState = {
    account,
    signingHostedZone: options.signingHostedZone ?? 'dkim.eu-central-1.example-zone.test',
    dedicatedIpPools: [...(options.dedicatedIpPools ?? [])],
    identities: new Map(),
    configurationSets: new Map(),
    templates: new Map(),
    suppressed: new Map(),
    sent: [],
    pace: { left: account.perSecond, at: 0 },
  };
  for (const name of options.verified ?? []) verify(state, name);
  return state;
}

/** Makes the identity verified in every respect, as if its records stood; creates it when there is none. */
export function verify({ identities }: SesState, name: string): void {
  const key = name.toLowerCase();
  const identity = identities.get(key) ?? newIdentity(key, 0);
  identities.set(key, identity);
  markVerified(identity);
}

/** A new account: few mails, slowly, to verified recipients and the simulator only. */
export const sandbox: Partial<SesAccount> = { production: false, perSecond: 1, perDay: 200 };

const usualAccount: SesAccount = {
  production: true,
  sending: true,
  enforcement: 'HEALTHY',
  perSecond: 14,
  perDay: 50_000,
  sentToday: 0,
  suppressedReasons: ['BOUNCE', 'COMPLAINT'],
};
