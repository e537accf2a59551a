/** Text or HTML of a mail comes in; what its author wrote goes out, without the mails below it and without a signature. */
import { wordsOfHtml } from '../mail/html-words.ts';
import { isAttribution, isForwardMark, isHeaderBlock, isSeparator } from './quote-marks.ts';

/** What lies behind is not looked at: a mail that long is no answer. */
const longestText = 1024 * 1024;
/** `On Tue … wrote:` is folded into this many lines at most. */
const longestAttribution = 4;

/**
 * A forwarded mail stays, since it is what the author wants to show. Empty if nothing but quotes is left.
 * Takes time linear in the length of the text.
 */
export function strippedText(text: string): string {
  const lines = text.slice(0, longestText).replaceAll('\r', '').split('\n');
  const end = findEnd(lines);
  return withoutQuotes(lines.slice(0, end))
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

/** Where mail programs put the mail they answer: Gmail and Apple Mail, Outlook on the web, Outlook, Yahoo, Thunderbird. */
const quoteMarks =
  /<blockquote\b|class="?gmail_(?:quote|extra)|id="?(?:x_)?(?:divRplyFwdMsg|appendonsend|mail-editor-reference-message-container)|class="?(?:yahoo_quoted|moz-cite-prefix|OutlookMessageHeader)/i;

/** For mails without a text: as `strippedText`, of the words. All of them if there is nothing above the quote. */
export function strippedHtml(html: string): string {
  const shown = html.slice(0, longestText);
  const end = shown.search(quoteMarks);
  // the mark stands inside a tag, which must not be left open
  const above = end < 0 ? shown : shown.slice(0, shown.lastIndexOf('<', end));
  return strippedText(wordsOfHtml(above)) || strippedText(wordsOfHtml(shown));
}

/** The first line that belongs to a quoted mail below, or to the signature. */
function findEnd(lines: readonly string[]): number {
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    if (isForwardMark(line)) return lines.length;
    if (isSignatureMark(line) || isSeparator(line)) return at;
    if (isHeaderBlock(lines, at) || startsAttribution(lines, at)) return at;
  }
  return lines.length;
}

/** RFC 3676 §4.3; its trailing blank gets lost on the way. */
function isSignatureMark(line: string): boolean {
  return /^--\s?$/.test(line);
}

/** It counts only if a quote follows, or nothing: people also write `On Monday he wrote:` themselves. */
function startsAttribution(lines: readonly string[], at: number): boolean {
  if ((lines[at] ?? '').trim() === '') return false;
  let joined = '';
  for (let end = at; end < Math.min(at + longestAttribution, lines.length); end += 1) {
    const line = (lines[end] ?? '').trim();
    if (line === '' || line.length > 500) return false;
    joined = `${joined} ${line}`.trim();
    if (!line.endsWith(':') && !line.endsWith('：')) continue;
    return isAttribution(joined) && quoteFollows(lines, end + 1);
  }
  return false;
}

function quoteFollows(lines: readonly string[], from: number): boolean {
  for (let at = from; at < Math.min(from + 3, lines.length); at += 1) {
    const line = (lines[at] ?? '').trimStart();
    if (line !== '') return line.startsWith('>') || at > from;
  }
  return true;
}

function withoutQuotes(lines: readonly string[]): string[] {
  return lines.filter((line) => !/^\s{0,3}>/.test(line));
}
