/** Content goes in, the body of a MIME part comes out: lines of at most 76 characters, CRLF ends (RFC 2045 §6). */
import { setImmediate as nextTurn } from 'node:timers/promises';

const lineLength = 76;

export interface EncodedText {
  readonly encoding: '7bit' | 'quoted-printable';
  readonly bytes: Buffer;
}

const [tab, lf, cr, space, equals] = [0x09, 0x0a, 0x0d, 0x20, 0x3d] as const;
const hexDigits = Buffer.from('0123456789ABCDEF');
/** 1 for the octets that stand for themselves; white space does too, except at the end of a line. */
const literal = Uint8Array.from({ length: 256 }, (_none, octet) =>
  octet === tab || (octet >= space && octet <= 0x7e && octet !== equals) ? 1 : 0,
);

/** Used again and again, because a new buffer of three times the text costs more than filling it. */
const workspace = Buffer.allocUnsafeSlow(64 * 1024);

/**
 * Text as quoted-printable UTF-8 with every kind of line end (CRLF, LF, CR) as CRLF.
 * What this leaves unchanged is called 7bit: it has no `=`, so neither form can hold a boundary that has one.
 */
export function encodeText(text: string): EncodedText {
  const input = Buffer.from(text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text);
  const output = roomFor(input.length);
  let length = 0;
  let column = 0;
  let changed = false;
  for (let at = 0; at < input.length; at += 1) {
    const octet = input[at] ?? 0;
    if (octet === lf) {
      output[length++] = cr;
      output[length++] = lf;
      column = 0;
      continue;
    }
    const plain = literal[octet] === 1 && (octet > space || !endsLine(input, at));
    const width = plain ? 1 : 3;
    if (column + width >= lineLength) {
      length = softBreak(output, length);
      column = 0;
      changed = true;
    }
    column += width;
    if (plain) output[length++] = octet;
    else {
      length = escapeOctet(octet, output, length);
      changed = true;
    }
  }
  return { encoding: changed ? 'quoted-printable' : '7bit', bytes: Buffer.from(output.subarray(0, length)) };
}

/** Three characters for an octet, and a soft line break of three after at least 73 of them. */
function roomFor(octets: number): Buffer {
  const size = Math.ceil(octets * 3 * (1 + 3 / 73)) + 3;
  return size > workspace.length ? Buffer.allocUnsafe(size) : workspace;
}

function endsLine(input: Uint8Array, at: number): boolean {
  return at + 1 === input.length || input[at + 1] === lf;
}

function softBreak(output: Uint8Array, at: number): number {
  output[at] = equals;
  output[at + 1] = cr;
  output[at + 2] = lf;
  return at + 3;
}

function escapeOctet(octet: number, output: Uint8Array, at: number): number {
  output[at] = equals;
  output[at + 1] = hexDigits[octet >> 4] ?? 0;
  output[at + 2] = hexDigits[octet & 15] ?? 0;
  return at + 3;
}

const octetsInLine = 57;
/** What the workspace has room for in base64. */
const stretch = Math.floor(workspace.length / lineLength) * octetsInLine;
/** Some milliseconds of work; between two of them others have their turn. */
const stretchesInTurn = 20;

/** Octets in base64, every line but the last 76 characters long; no line end after the last. */
export async function encodeBase64(content: Uint8Array): Promise<Buffer> {
  const { buffer, byteOffset, byteLength } = content;
  const octets = Buffer.from(buffer, byteOffset, byteLength);
  const digits = Math.ceil(byteLength / 3) * 4;
  const output = Buffer.allocUnsafeSlow(digits + 2 * Math.max(Math.ceil(digits / lineLength) - 1, 0));
  let length = 0;
  for (let at = 0; at < byteLength; at += stretch) {
    if (at > 0 && at % (stretch * stretchesInTurn) === 0) await nextTurn();
    length = writeLines(octets.subarray(at, at + stretch), output, length);
  }
  return output;
}

function writeLines(octets: Buffer, output: Buffer, start: number): number {
  const digits = workspace.write(octets.toString('base64'), 'latin1');
  let length = start;
  for (let at = 0; at < digits; at += lineLength) {
    if (length > 0) {
      output[length++] = cr;
      output[length++] = lf;
    }
    length += workspace.copy(output, length, at, Math.min(at + lineLength, digits));
  }
  return length;
}
