/** Header fields and bodies go in as they travel; their relaxed canonical forms come out (RFC 6376 §3.4.2, §3.4.4). */

const [tab, lf, cr, space] = [0x09, 0x0a, 0x0d, 0x20] as const;

/** One field, folded or not, without its last line end; the result has none either. */
export function relaxedField(field: string): string {
  const colon = field.indexOf(':');
  const value = field.slice(colon + 1).replace(/[\t\r\n ]+/g, ' ');
  return `${field.slice(0, colon).trim().toLowerCase()}:${value.trim()}`;
}

/** White space as one space, none at a line's end, no empty lines at the body's end; empty for an empty body. */
export function relaxedBody(body: Uint8Array): Uint8Array {
  const output = Buffer.allocUnsafe(body.length + 2);
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
  if (contentEnd === 0) return output.subarray(0, 0);
  output[contentEnd] = cr;
  output[contentEnd + 1] = lf;
  return output.subarray(0, contentEnd + 2);
}
