import type { DkimKey } from '../mail/dkim-signer.ts';
import type { Mailbox } from '../mail/mailbox.ts';
import type { EventSettings } from './event-settings.ts';
import type { InboundSettings } from './inbound-settings.ts';
import type { StoreSettings } from './store-settings.ts';

/** One email app as the domain knows it: read once from config and credentials, trusted afterwards. */
export interface AppSettings {
  /** Generated once, exported with the flow; names the app's folder. `[a-z0-9]{8,32}` */
  readonly appId: string;
  readonly name: string;
  /** The sending domain as A-label, or undefined when the app is one mailbox. */
  readonly domain?: string;
  /** The mailbox address when the app is one mailbox. */
  readonly mailbox?: string;
  readonly defaultSender?: Mailbox;
  /** Further senders: lower-case addresses, or `@domain`. */
  readonly allowedSenders: readonly string[];
  readonly baseUrl?: string;
  /** Who is told when something needs a person. */
  readonly owner?: string;
  /** Data id of the app that mails the owner when this one cannot be trusted to. */
  readonly alertThrough?: string;
  readonly store: StoreSettings;
  readonly route: Route;
  readonly delivery: DeliverySettings;
  readonly unsubscribe: UnsubscribeSettings;
  readonly templates: readonly AppTemplate[];
  readonly inbound: InboundSettings;
  readonly events: EventSettings;
}

export type Route = SesRoute | SmtpRoute | CaptureRoute | NoRoute;

export interface SesRoute {
  readonly kind: 'ses';
  readonly aws: AwsAccess;
  /** Configuration set named with every mail; its pool, tracking and event destinations hold. */
  readonly configurationSet?: string;
  /** Templated mail without attachments is filled in by SES, up to 50 recipients in a request (SendBulkEmail). */
  readonly bulk: boolean;
}

/** How AWS is reached and with whose rights. */
export interface AwsAccess {
  /** e.g. `eu-central-1`; a plain host label */
  readonly region: string;
  /** Undefined: the AWS default credential chain (environment, profile, role of the machine). */
  readonly keys?: AwsKeys;
  /** Base URL instead of the region's own, for a VPC endpoint or a stand-in. */
  readonly endpoint?: string;
  readonly proxy?: ProxySettings;
}

/** As the environment has them: HTTP_PROXY, HTTPS_PROXY and NO_PROXY. */
export interface ProxySettings {
  /** `http://[user:password@]host:port` */
  readonly http?: string;
  readonly https?: string;
  /** Hosts that are reached without one, parted by commas. */
  readonly except?: string;
}

export interface AwsKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface SmtpRoute {
  readonly kind: 'smtp';
  readonly host: string;
  readonly port: number;
  /** `ssl`: TLS from the first byte; `starttls`: required, never falling back; `none`: plain text. */
  readonly security: 'none' | 'starttls' | 'ssl';
  readonly login?: SmtpLogin;
  readonly tls: TlsSettings;
  /** Name given in EHLO; the machine's own by default. */
  readonly ehloName?: string;
  readonly dkim?: DkimKey;
}

export type SmtpLogin = PasswordLogin | OAuthLogin;

export interface PasswordLogin {
  readonly kind: 'password';
  readonly user: string;
  readonly password: string;
}

/** SASL XOAUTH2 with a token of the provider. */
export interface OAuthLogin {
  readonly kind: 'oauth';
  /** The mailbox that is signed in to. */
  readonly user: string;
  readonly oauth: OAuthSettings;
}

/** OAuth 2.0 (RFC 6749), as a person registered it at the provider. */
export interface OAuthSettings {
  readonly provider: 'google' | 'microsoft' | 'other';
  /** `authorization-code`: a person consents once; `client-credentials`: the app has rights of its own. */
  readonly grant: 'authorization-code' | 'client-credentials';
  readonly clientId: string;
  /** Absent for a public client. */
  readonly clientSecret?: string;
  /** Only with `authorization-code`. */
  readonly authorizationUrl?: string;
  readonly tokenUrl: string;
  /** Where tokens are renewed; the token URL unless given. */
  readonly refreshUrl: string;
  /** Scopes parted by spaces. */
  readonly scope: string;
  /** Seconds that an access token holds when the provider does not say. */
  readonly validity: number;
  /** The provider asks for consent at every sign-in. */
  readonly alwaysAskConsent: boolean;
  /** Who consents, when it is another account than the mailbox (a shared mailbox). */
  readonly signInAs?: string;
  readonly proxy?: ProxySettings;
}

/** As the editor's TLS settings have them. */
export interface TlsSettings {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly passphrase?: string;
  readonly servername?: string;
  /** True unless the person switched it off in the TLS node. */
  readonly verify: boolean;
}

export interface CaptureRoute {
  readonly kind: 'capture';
}

/** List and filter only. */
export interface NoRoute {
  readonly kind: 'none';
}

export interface DeliverySettings {
  /** Mails per second; `auto`: recipients per second, as the account's quota allows (Amazon SES). */
  readonly rate: number | 'auto';
  /** Mails in the hands of the route at the same time. */
  readonly concurrency: number;
  /** Seconds after acceptance at which a mail that meets only temporary failures is given up. */
  readonly giveUpAfter: number;
  /** What to do with a mail whose outcome a crash hid: keep it for a person, or send it again with the same Message-ID. */
  readonly unknown: 'hold' | 'resend';
  /** Unsettled mails at most; beyond it `queue-full`. */
  readonly maxWaiting: number;
  /** Days that settled mails are kept. */
  readonly keepDays: number;
  /** Days that what they said is kept, beside whom they went to and how; 0: until they are settled. */
  readonly contentDays: number;
  /** Days that idempotency keys are kept. */
  readonly keyDays: number;
  /** Encoded size of a mail at most, in bytes. */
  readonly maxMailBytes: number;
  /** Envelope sender when it is not the From address. */
  readonly envelopeSender?: string;
  /** Attachments may name files below this folder; none by default. */
  readonly attachmentFolder?: string;
}

export interface UnsubscribeSettings {
  /** Links, headers and pages; the list itself always holds. */
  readonly enabled: boolean;
  /** List-Unsubscribe and List-Unsubscribe-Post on every mail, whatever its class, except from skip senders. */
  readonly headers: boolean;
  readonly skipSenders: readonly SkipSender[];
  /** Address in the mail-to part of the header; this app must receive it. */
  readonly mailto?: string;
  readonly topics: readonly ListTopic[];
  /** What becomes of a marketing mail without a link: refused, or a footer with the link is added. */
  readonly marketingWithoutLink: 'refuse' | 'footer';
  /** Hold Cc and Bcc recipients who unsubscribed, too; those of a complaint or hard bounce are held anyway. */
  readonly checkCopies: boolean;
  /** All spellings of a mailbox (`a+tag@`, and `a.b@` at Gmail) are one person on the list. */
  readonly foldAddresses: boolean;
  readonly page: UnsubscribePageSettings;
  /** Days that IP address and user agent of a request are kept. */
  readonly evidenceDays: number;
  /** Proxies whose X-Forwarded-For is believed: addresses or CIDR blocks. */
  readonly trustedProxies: readonly string[];
  /** Serves the public endpoints only, so that the editor's port need not be public. */
  readonly listener?: ListenerSettings;
}

export interface SkipSender {
  /** Lower-case address, or `@domain`. */
  readonly sender: string;
  /** Send to the unsubscribed too; complaints and hard bounces are held all the same. */
  readonly sendAnyway: boolean;
}

export interface ListTopic {
  /** `[A-Za-z0-9_.-]{1,64}` */
  readonly id: string;
  readonly name: string;
  readonly description?: string;
}

export interface UnsubscribePageSettings {
  /** Who writes: shown on the pages; the app's name by default. */
  readonly organisation: string;
  /** A `data:image/…` URL; nothing is loaded from elsewhere. */
  readonly logo?: string;
  /** Further text of the sender, e.g. a postal address. */
  readonly note?: string;
  /** Language when the browser asks for none of ours. */
  readonly language: string;
}

export interface ListenerSettings {
  readonly address: string;
  readonly port: number;
  readonly tls?: { readonly cert: string; readonly key: string };
}

/** A named template, or a partial to be used in templates as `{{> name}}`. */
export interface AppTemplate {
  /** `[a-z0-9_-]{1,64}` */
  readonly id: string;
  readonly partial: boolean;
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}
