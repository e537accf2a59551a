/** A header value with encoded-words (RFC 2047) comes in; readable text on one line goes out. */

/** No regexp meets a longer one, and no header means more. */
const longestValue = 16 * 1024;
const encodedWord = /=\?([\w.:-]{1,40})(?:\*[\w-]{0,20})?\?([bq])\?([^?\s]*)\?=/gi;

/** Control characters and line ends would forge lines; bidirectional overrides show another text (RFC 2047 §5 asks for none). */
const unsafe = /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu;

/** An encoded-word that cannot be read stays as it is. */
export function decodeWords(value: string): string {
  const text = value.slice(0, longestValue);
  return joinWords(text).replace(unsafe, ' ').replace(/ {2,}/g, ' ').trim();
}

interface Piece {
  readonly charset: string;
  readonly bytes: Buffer;
}

/** Neighbours of one charset are decoded as one: many programs cut through a letter. Blanks between them don't count. */
function joinWords(text: string): string {
  let out = '';
  let open: Piece | undefined;
  let end = 0;
  for (const match of text.matchAll(encodedWord)) {
    const between = text.slice(end, match.index);
    const piece = readPiece(match);
    const touches = open !== undefined && between.trim() === '';
    if (!touches) out += flush(open) + between;
    if (touches && open && open.charset === piece.charset)
      open = { charset: open.charset, bytes: Buffer.concat([open.bytes, piece.bytes]) };
    else {
      if (touches) out += flush(open);
      open = piece;
    }
    end = match.index + match[0].length;
  }
  return out + flush(open) + text.slice(end);
}

function readPiece([, charset = '', kind = '', content = '']: RegExpMatchArray): Piece {
  const bytes = kind.toLowerCase() === 'b' ? Buffer.from(content, 'base64') : fromQ(content);
  return { charset: charset.toLowerCase(), bytes };
}

function fromQ(content: string): Buffer {
  const text = content
    .replaceAll('_', ' ')
    .replace(/=([0-9a-f]{2})/gi, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(text, 'latin1');
}

function flush(piece: Piece | undefined): string {
  return piece ? decodeBytes(piece.bytes, piece.charset) : '';
}

/** UTF-8 for a charset that nobody knows. */
export function decodeBytes(bytes: Uint8Array, charset: string): string {
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}
