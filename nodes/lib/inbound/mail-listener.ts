/** What the `inbound-email` nodes need of an app's mail room: mails one by one, and how the sources stand. */
import type { MailSource, ReceivedMail } from '../received/received-mail.ts';

export interface InboundMessage {
  /** Of the received mail; the same when it is told again. */
  readonly id: string;
  readonly mail: ReceivedMail;
  readonly source: MailSource;
  /** ms since the epoch */
  readonly receivedAt: number;
  /** True if a crash may have hidden that the flows had it before. */
  readonly redelivered: boolean;
  /** Absolute path of the raw mail, which lies there until every handler has resolved. */
  readonly file: string;
}

/** Resolves when the flow has the mail; the room forgets it after all handlers did. A rejection counts as a try. */
export type MailHandler = (message: InboundMessage) => Promise<void>;

export interface SourceState {
  readonly source: MailSource;
  readonly connected: boolean;
  /** ms since the epoch; undefined before the first mail since the app was opened. */
  readonly lastMailAt?: number;
  /** Why it does not work, one sentence; undefined when it does. */
  readonly trouble?: string;
}

/** What opens and closes with the app: SMTP receiver, IMAP, SES, HTTP. */
export interface Source {
  state(): SourceState;
  close(): Promise<void>;
}

export interface InboundState {
  readonly sources: readonly SourceState[];
  /** Received, and not yet with the flows. */
  readonly waiting: number;
  /** Mails that failed three times and wait for a person. */
  readonly setAside: number;
}

/** `EmailApp.mailRoom`; every app has one, since mails may wait from before its sources were switched off. */
export interface MailListening {
  /**
   * From now on the handler gets every mail of the app, and those that waited because no node listened; the returned
   * function ends it. The key is the id of the node: a second handler with it takes the place of the first.
   */
  listen(nodeId: string, handler: MailHandler): () => void;
  state(): InboundState;
  /** The listener hears the state now and after changes, at most twice a second; the returned function ends it. */
  onState(listener: (state: InboundState) => void): () => void;
  /** Of the SMTP receiver; undefined without one. */
  readonly forwardingAddress: string | undefined;
}
