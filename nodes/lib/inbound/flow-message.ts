/** A received mail and what a node wants of it come in; the properties of the message that its flow gets go out. */

import type { ReceivedAttachment, ReceivedMail } from '../received/received-mail.ts';
import type { InboundMessage } from './mail-listener.ts';

/** `raw`: nothing but the mail's header fields is parsed into the message; `both`: `msg.email.raw` beside the parts. */
export const mailContents = ['parsed', 'both', 'raw'] as const;

export interface FlowWishes {
  readonly content: (typeof mailContents)[number];
  /** With the attachments' bytes, not only their names and sizes. */
  readonly attachments: boolean;
}

export interface FlowMessage {
  readonly topic: string;
  /** The text; the raw mail as a Buffer where only that is wanted. */
  readonly payload: string | Buffer;
  readonly email: Readonly<Record<string, unknown>>;
}

/** `raw` is the mail's bytes where they are wanted. Every call makes objects of its own: flows may change them. */
export function flowMessage(
  { id, mail, source, receivedAt, redelivered }: InboundMessage,
  { app, content, attachments }: FlowWishes & { readonly app: string },
  raw?: Buffer,
): FlowMessage {
  const { attachments: parts, ...rest } = mail;
  const parsed = content === 'raw' ? withoutBody(rest) : rest;
  const email = {
    ...structuredClone(parsed),
    ...(content !== 'raw' && { attachments: parts.map((part) => attachment(part, attachments)) }),
    ...{ id, app, source, receivedAt },
    ...(redelivered && { redelivered }),
    ...(content === 'both' && { raw }),
  };
  return { topic: mail.subject, payload: content === 'raw' && raw ? raw : (mail.text ?? ''), email };
}

/** Positions of the outputs: those of the rules that match, or the one for mails or that for automatic ones. */
export function outputsFor(kind: ReceivedMail['kind'], matching: readonly number[]): number[] {
  if (matching.length > 0) return matching.map((rule) => rule + fixedOutputs);
  return [personal.includes(kind) ? 0 : 1];
}

/** Before those of the rules. */
export const fixedOutputs = 2;

const personal: readonly ReceivedMail['kind'][] = ['mail', 'reply', 'unsubscribe'];

function withoutBody({ text: _text, html: _html, strippedText: _stripped, ...rest }: Partial<ReceivedMail>) {
  return rest;
}

/** Flows expect Buffers; the bytes are shared, since copies of large ones would cost more than they protect. */
function attachment({ content, ...facts }: ReceivedAttachment, withContent: boolean): object {
  if (!withContent) return facts;
  return { ...facts, content: Buffer.from(content.buffer, content.byteOffset, content.byteLength) };
}
