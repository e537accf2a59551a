/** Raw mail as a client sent it comes in; it goes out with the line on top that tells who brought it (RFC 5321 §4.4). */
import type { ReceiptFacts } from './inbound-queue.ts';

export interface Handover extends Pick<ReceiptFacts, 'receivedAt' | 'envelope'> {
  readonly peer: { readonly ip: string; readonly helo: string };
  readonly host: string;
  readonly secure: boolean;
}

export async function* traced(
  raw: AsyncIterable<Uint8Array>,
  handover: Handover,
): AsyncGenerator<Uint8Array> {
  yield Buffer.from(receivedField(handover));
  yield* raw;
}

/** Of several recipients none is named: they need not know of each other. */
function receivedField({ peer, host, secure, envelope, receivedAt }: Handover): string {
  const [to, ...others] = envelope.to;
  const recipient = to === undefined || others.length > 0 ? '' : `\r\n\tfor <${printable(to)}>`;
  const ip = peer.ip.includes(':') ? `IPv6:${peer.ip}` : peer.ip;
  const date = new Date(receivedAt).toUTCString().replace('GMT', '+0000');
  const from = `from ${printable(peer.helo)} ([${ip}])`;
  return `Received: ${from}\r\n\tby ${host} with ESMTP${secure ? 'S' : ''}${recipient}; ${date}\r\n`;
}

/** What a client calls itself is not to be taken for another part of the field. */
function printable(text: string): string {
  return text.replace(/[^\w.:@+=[\]-]/g, '?').slice(0, 255);
}
