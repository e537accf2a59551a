import type { Mailbox } from '../mail/mailbox.ts';

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
  readonly route: Route;
  readonly delivery: DeliverySettings;
}

export type Route = SmtpRoute | CaptureRoute | NoRoute;

export interface SmtpRoute {
  readonly kind: 'smtp';
  readonly host: string;
  readonly port: number;
  /** `ssl`: TLS from the first byte; `starttls`: required, never falling back; `none`: plain text. */
  readonly security: 'none' | 'starttls' | 'ssl';
  readonly login?: { readonly user: string; readonly password: string };
  readonly tls: TlsSettings;
  /** Name given in EHLO; the machine's own by default. */
  readonly ehloName?: string;
  readonly dkim?: DkimKey;
}

/** From Node-RED's tls-config node. */
export interface TlsSettings {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly passphrase?: string;
  readonly servername?: string;
  /** True unless the person switched it off in the TLS node. */
  readonly verify: boolean;
}

export interface DkimKey {
  readonly domain: string;
  readonly selector: string;
  /** PEM, RSA of at least 1024 bits. */
  readonly privateKey: string;
}

export interface CaptureRoute {
  readonly kind: 'capture';
}

/** List and filter only. */
export interface NoRoute {
  readonly kind: 'none';
}

export interface DeliverySettings {
  /** Mails per second. */
  readonly rate: number;
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
  /** Days that idempotency keys are kept. */
  readonly keyDays: number;
  /** Encoded size of a mail at most, in bytes. */
  readonly maxMailBytes: number;
  /** Envelope sender when it is not the From address. */
  readonly envelopeSender?: string;
  /** Attachments may name files below this folder; none by default. */
  readonly attachmentFolder?: string;
}
