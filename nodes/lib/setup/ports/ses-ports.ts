/**
 * What the set-up asks of SES. Every method is one AWS call and bears its name, so that the rights it needs can be told
 * from it (iam-policy). A read resolves with undefined for what does not exist; everything else that fails is thrown
 * as EmailError.
 */

/** What SES last saw. */
export type SesState = 'PENDING' | 'SUCCESS' | 'FAILED' | 'TEMPORARY_FAILURE' | 'NOT_STARTED';

/** Without its MX record: use amazonses.com in its place, or refuse the mail. */
export type OnMxFailure = 'USE_DEFAULT_VALUE' | 'REJECT_MESSAGE';

/** SES version 2, and of version 1 what version 2 has no call for. At most one call a second: see polite-calls. */
export interface SesIdentities {
  getEmailIdentity(domain: string): Promise<SesIdentity | undefined>;
  createEmailIdentity(identity: { readonly domain: string; readonly key?: OwnDkimKey }): Promise<void>;
  putEmailIdentityDkimAttributes(domain: string, signing: boolean): Promise<void>;
  /** `easy` lets SES make the keys; asked again after a failure, SES looks for the records again. */
  putEmailIdentityDkimSigningAttributes(domain: string, key: OwnDkimKey | 'easy'): Promise<void>;
  putEmailIdentityMailFromAttributes(
    domain: string,
    mailFrom: string,
    onMxFailure: OnMxFailure,
  ): Promise<void>;
  /** The version 1 TXT token; makes the identity if there is none. */
  verifyDomainIdentity(domain: string): Promise<string>;
  getIdentityVerificationAttributes(domain: string): Promise<TokenVerification | undefined>;
}

export interface SesAccounts {
  getAccount(): Promise<SesAccount>;
  putAccountSuppressionAttributes(reasons: readonly SesSuppressionReason[]): Promise<void>;
}

export interface SesConfigurationSets {
  listConfigurationSets(): Promise<readonly string[]>;
  getConfigurationSet(name: string): Promise<ConfigurationSet | undefined>;
  createConfigurationSet(name: string): Promise<void>;
  getConfigurationSetEventDestinations(name: string): Promise<readonly EventDestination[]>;
  createConfigurationSetEventDestination(set: string, destination: EventDestination): Promise<void>;
  updateConfigurationSetEventDestination(set: string, destination: EventDestination): Promise<void>;
  listDedicatedIpPools(): Promise<readonly string[]>;
  /** Without a pool the shared addresses are used; the rest is handed back as it was read. */
  putConfigurationSetDeliveryOptions(set: string, options: DeliveryOptions): Promise<void>;
  /** Without a domain that of SES is used. */
  putConfigurationSetTrackingOptions(set: string, options: TrackingOptions): Promise<void>;
}

export interface SesSuppressions {
  getSuppressedDestination(address: string): Promise<SuppressedAddress | undefined>;
  listSuppressedDestinations(next?: string): Promise<SuppressedPage>;
  putSuppressedDestination(address: string, reason: SesSuppressionReason): Promise<void>;
  /** Resolves too for an address that is not listed. */
  deleteSuppressedDestination(address: string): Promise<void>;
}

/** Version 1 only. */
export interface SesReceiving {
  describeActiveReceiptRuleSet(): Promise<ReceiptRuleSet | undefined>;
  listReceiptRuleSets(): Promise<readonly string[]>;
  describeReceiptRuleSet(name: string): Promise<ReceiptRuleSet | undefined>;
  createReceiptRuleSet(name: string): Promise<void>;
  setActiveReceiptRuleSet(name: string): Promise<void>;
  /** Placed behind the rule named `after`; first of all without it. */
  createReceiptRule(set: string, rule: ReceiptRule, after: string | undefined): Promise<void>;
  updateReceiptRule(set: string, rule: ReceiptRule): Promise<void>;
}

export interface SesIdentity {
  readonly verified: boolean;
  readonly state: SesState;
  /** VerificationInfo.ErrorType */
  readonly errorType?: string;
  readonly dkim: SesDkim;
  readonly mailFrom?: {
    readonly domain: string;
    readonly state: SesState;
    readonly onMxFailure: OnMxFailure;
  };
  readonly configurationSet?: string;
}

export interface SesDkim {
  readonly signing: boolean;
  readonly state: SesState;
  /** `AWS_SES`, `EXTERNAL` (own key), or `AWS_SES_<REGION>` (keys of an identity in another region) */
  readonly origin: string;
  /** Three with Easy DKIM; the selector alone with an own key. */
  readonly tokens: readonly string[];
  /** Where SES publishes the keys of this identity: the CNAMEs point there. */
  readonly hostedZone?: string;
}

/** Bring your own DKIM. */
export interface OwnDkimKey {
  readonly selector: string;
  /** PKCS #1 or #8 in base64, on one line, without PEM's first and last line. */
  readonly privateKey: string;
}

export interface TokenVerification {
  readonly state: SesState;
  readonly token?: string;
}

export type SesSuppressionReason = 'BOUNCE' | 'COMPLAINT';

export interface SesAccount {
  /** False in the sandbox. */
  readonly production: boolean;
  readonly sending: boolean;
  /** HEALTHY, PROBATION or SHUTDOWN */
  readonly enforcement: string;
  /** Recipients in 24 hours; Infinity without a limit. */
  readonly perDay: number;
  readonly perSecond: number;
  readonly sentLastDay: number;
  readonly suppressedReasons: readonly SesSuppressionReason[];
  /** PENDING, FAILED, GRANTED or DENIED: the request to leave the sandbox. */
  readonly review?: string;
}

export interface ConfigurationSet {
  readonly delivery: DeliveryOptions;
  readonly tracking: TrackingOptions;
}

export interface TrackingOptions {
  readonly redirectDomain?: string;
  readonly https?: 'REQUIRE' | 'REQUIRE_OPEN_ONLY' | 'OPTIONAL';
}

export interface DeliveryOptions {
  readonly pool?: string;
  readonly tls?: 'REQUIRE' | 'OPTIONAL';
  readonly maxSeconds?: number;
}

export interface EventDestination {
  readonly name: string;
  readonly enabled: boolean;
  /** SES v2 names such as `BOUNCE`, `DELIVERY_DELAY`. */
  readonly events: readonly string[];
  /** Undefined when it leads elsewhere than to SNS. */
  readonly topicArn?: string;
}

export interface SuppressedAddress {
  readonly address: string;
  readonly reason: SesSuppressionReason;
  /** ms since the epoch */
  readonly at: number;
}

export interface SuppressedPage {
  readonly entries: readonly SuppressedAddress[];
  readonly next?: string;
}

export interface ReceiptRuleSet {
  readonly name: string;
  readonly rules: readonly ReceiptRule[];
}

export interface ReceiptRule {
  readonly name: string;
  readonly enabled: boolean;
  readonly scan: boolean;
  readonly tls: 'Optional' | 'Require';
  /** Addresses and domains; none means all of the account's. */
  readonly recipients: readonly string[];
  readonly actions: readonly ReceiptAction[];
}

/** `other` stands for every action this package does not make; such a rule is read and never written. */
export type ReceiptAction =
  | { readonly kind: 's3'; readonly bucket: string; readonly prefix: string; readonly topicArn?: string }
  | { readonly kind: 'stop' }
  | { readonly kind: 'other'; readonly name: string };
