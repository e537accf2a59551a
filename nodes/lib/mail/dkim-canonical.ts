/** Header fields and bodies go in as they travel; their relaxed canonical forms come out (RFC 6376 §3.4.2, §3.4.4). */

const [tab, lf, cr, space] = [0x09, 0x0a, 0x0d, 0x20] as const;

/** One field, folded or not, without its last line end; the result has none either. */
export function relaxedField(field: string): string {
  const colon = field.indexOf(':');
  const value = field.slice(colon + 1).replace(/[\t\r\n ]+/g, ' ');
  return `${field.slice(0, colon).trim().toLowerCase()}:${value.trim()}`;
}

/** Some milliseconds of work. */
const usualStretch = 1024 * 1024;

/**
 * White space as one space, none at a line's end, no empty lines at the body's end; nothing for an empty body. In pieces,
 * each from at least `stretch` bytes of the body.
 */
export function* relaxedBody(body: Uint8Array, stretch = usualStretch): Generator<Uint8Array> {
  const octets = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  let emptyLines: Uint8Array[] = [];
  let isEmpty = true;
  for (let at = 0; at < octets.length; ) {
    const lineEnd = octets.indexOf('\r\n', at + stretch);
    const end = lineEnd < 0 ? octets.length : lineEnd + 2;
    const { lines, contentEnd } = relaxedLines(octets.subarray(at, end));
    if (contentEnd > 0) {
      yield* emptyLines;
      yield lines.subarray(0, contentEnd);
      emptyLines = [];
      isEmpty = false;
    }
    emptyLines.push(lines.subarray(contentEnd));
    at = end;
  }
  if (!isEmpty) yield finalLineEnd;
}

const finalLineEnd = Buffer.from('\r\n');

/** Behind `contentEnd` there are line ends only. */
function relaxedLines(body: Uint8Array): { lines: Uint8Array; contentEnd: number } {
  const output = Buffer.allocUnsafe(body.length);
  let length = 0;
  let contentEnd = 0;
  let gap = false;
  for (let at = 0; at < body.length; at += 1) {
    const octet = body[at] ?? 0;
    if (octet === space || octet === tab) {
      gap = true;
    } else if (octet === cr && body[at + 1] === lf) {
      output[length++] = cr;
      output[length++] = lf;
      at += 1;
      gap = false;
    } else {
      if (gap) output[length++] = space;
      output[length++] = octet;
      contentEnd = length;
      gap = false;
    }
  }
  return { lines: output.subarray(0, length), contentEnd };
}
