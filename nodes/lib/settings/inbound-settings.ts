import type { PasswordLogin, TlsSettings } from './app-settings.ts';
import type { SesNotices } from './event-settings.ts';

/** The sources that are switched on; none of them: the app receives nothing. */
export interface InboundSettings {
  readonly smtp?: ReceiverSettings;
  readonly imap?: ImapSettings;
  readonly ses?: SesNotices;
  readonly http?: HttpReceiptSettings;
  /** A larger mail is refused, or left where it is. Bytes. */
  readonly maxMailBytes: number;
  /** Of all mails that wait or are set aside: from there on none is taken. Bytes. */
  readonly maxKeptBytes: number;
  /** Days that mails are kept which could not be handled, for a person, and those that no node has listened for. */
  readonly setAsideDays: number;
  /** Days that mails which the flows have had are kept, sealed, for a person; 0: not at all. */
  readonly keepDays: number;
}

/** The embedded SMTP server, one per address and port, whichever apps share it. */
export interface ReceiverSettings {
  /** Host of the forwarding address, which the runtime makes; also the name the server greets with. */
  readonly host: string;
  /** IP address of this machine to listen at. */
  readonly address: string;
  readonly port: number;
  /** For STARTTLS; a self-signed certificate otherwise is up to the receiver. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Taken beside the forwarding address: lower-case addresses, or `@domain`. */
  readonly addresses: readonly string[];
}

export interface ImapSettings {
  readonly host: string;
  readonly port: number;
  /** As with an SMTP route. */
  readonly security: 'ssl' | 'starttls' | 'none';
  readonly tls: TlsSettings;
  readonly folder: string;
  /** What becomes of a mail once it is safe here. */
  readonly afterRead:
    | { readonly kind: 'seen' }
    | { readonly kind: 'delete' }
    | { readonly kind: 'move'; readonly folder: string };
  readonly login: ImapLogin;
}

/** `oauth`: the sign-in of the app's SMTP route, with tokens from its keeper. */
export type ImapLogin = PasswordLogin | { readonly kind: 'oauth'; readonly user: string };

export interface HttpReceiptSettings {
  /** Bearer token; 16 characters at least. */
  readonly secret: string;
}
