/** The name a stranger gave an attachment comes in; one that is safe on every file system and honest to read goes out. */

const longestName = 150;
const longestExtension = 20;
/** No regexp meets more than this of a name. */
const longestInput = 4096;

/** Control characters, invisible marks and bidirectional overrides, which show `exe.fdp` as `pdf.exe`; lone surrogates. */
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\u2028\u2029]/gu;
/** Reserved by Windows, alone or with an extension. */
const deviceName = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$|clock\$)(\.|$)/i;

/** At most 150 characters; no path, no reserved or hidden name, nothing that ends a name early. */
export function safeFilename(given: string | undefined, fallback = 'attachment'): string {
  const shown = (given ?? '').slice(-longestInput).replace(unseen, '');
  const base = shown.slice(Math.max(shown.lastIndexOf('/'), shown.lastIndexOf('\\')) + 1);
  const plain = trimEnds(base.replace(/[<>:"|?*]/g, '_').replace(/\s+/g, ' '));
  if (plain === '') return fallback;
  return shorten(deviceName.test(plain) ? `_${plain}` : plain);
}

/** By hand: a regexp for trailing dots and blanks takes quadratic time. */
function trimEnds(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && isEdge(text[start])) start += 1;
  while (end > start && isEdge(text[end - 1])) end -= 1;
  return text.slice(start, end);
}

function isEdge(char: string | undefined): boolean {
  return char === '.' || char === ' ' || char === '~';
}

/** The extension says what it is, so it stays. */
function shorten(name: string): string {
  const characters = [...name];
  if (name.length <= longestName) return name;
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 && name.length - dot <= longestExtension ? name.slice(dot) : '';
  let kept = '';
  for (const char of characters) {
    if (kept.length + char.length > longestName - extension.length) break;
    kept += char;
  }
  return trimEnds(kept) + extension;
}
