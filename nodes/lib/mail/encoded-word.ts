/** Unicode text goes in, ASCII text with encoded-words comes out (RFC 2047 §2, §4, §5). */

const longestWord = 75;
/** `=?UTF-8?Q?` and `?=` */
const frame = 12;
/** Room for one character of four octets in the longer form, so that every word makes progress. */
const shortestWord = frame + 12;

/**
 * Text for an unstructured header field: the stretch from its first to its last word that ASCII cannot carry becomes
 * encoded-words, the rest stays readable. `firstRoom` is what the line of the field's name has left (characters).
 */
export function encodeHeaderText(text: string, firstRoom: number): string {
  if (!needsEncoding(text)) return text;
  const words = text.split(/([\t ]+)/);
  const first = words.findIndex(needsEncoding);
  const last = words.findLastIndex(needsEncoding) + 1;
  const encoded = encodedWords(words.slice(first, last).join(''), firstRoom);
  return words.slice(0, first).join('') + encoded + words.slice(last).join('');
}

/** True for what is not printable ASCII, and for `=?`, which a reader would take for an encoded-word. */
export function needsEncoding(text: string): boolean {
  return /[^\t\x20-\x7e]|=\?/.test(text);
}

/** The whole text as encoded-words, none of which splits a character. */
export function encodedWords(text: string, firstRoom: number): string {
  const form = shorterForm(text);
  const words: string[] = [];
  let capacity = form.capacity(Math.max(firstRoom, shortestWord) - frame);
  let chunk = '';
  let size = 0;
  for (const char of text) {
    const cost = form.cost(char);
    if (size + cost > capacity) {
      words.push(`=?UTF-8?${form.letter}?${form.encode(chunk)}?=`);
      capacity = form.capacity(longestWord - frame);
      chunk = '';
      size = 0;
    }
    chunk += char;
    size += cost;
  }
  words.push(`=?UTF-8?${form.letter}?${form.encode(chunk)}?=`);
  return words.join(' ');
}

interface Form {
  readonly letter: 'B' | 'Q';
  /** What fits into so many characters, in the unit of `cost`. */
  capacity(room: number): number;
  cost(char: string): number;
  encode(text: string): string;
}

const base64Form: Form = {
  letter: 'B',
  capacity: (room) => Math.floor(room / 4) * 3,
  cost: (char) => Buffer.byteLength(char),
  encode: (text) => Buffer.from(text).toString('base64'),
};

/** The characters that need no escape even in a display name (RFC 2047 §5, rule 3), and the space, written `_`. */
const quotedForm: Form = {
  letter: 'Q',
  capacity: (room) => room,
  cost: (char) => (/[A-Za-z0-9!*+\-/ ]/.test(char) ? 1 : 3 * Buffer.byteLength(char)),
  encode: (text) =>
    text.replace(/[^A-Za-z0-9!*+\-/ ]/gu, (char) => escapeOctets(char, '=')).replaceAll(' ', '_'),
};

/** The octets of a character in UTF-8, each as `mark` and two digits. */
export function escapeOctets(char: string, mark: string): string {
  return Buffer.from(char).toString('hex').toUpperCase().replace(/../g, `${mark}$&`);
}

function shorterForm(text: string): Form {
  const octets = Buffer.byteLength(text);
  const plain = text.match(/[A-Za-z0-9!*+\-/ ]/g)?.length ?? 0;
  return plain + 3 * (octets - plain) <= (octets * 4) / 3 ? quotedForm : base64Form;
}
