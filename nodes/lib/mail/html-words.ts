/** HTML of a stranger comes in; its words go out, a line for each block. For reading by rules, not for showing. */

const longestHtml = 256 * 1024;
const blocks = /^\/?(p|div|br|tr|td|th|li|ul|ol|h[1-6]|table|pre|blockquote|hr|title)\b/i;
const entities: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  amp: '&',
};

/** Takes time linear in the length of the text. */
export function wordsOfHtml(html: string): string {
  const text = html.slice(0, longestHtml);
  let out = '';
  let at = 0;
  while (at < text.length) {
    const open = text.indexOf('<', at);
    if (open < 0) break;
    out += text.slice(at, open).replace(/\s+/g, ' ');
    const end = text.indexOf('>', open);
    if (end < 0) return readEntities(out);
    const tag = text.slice(open + 1, Math.min(end, open + 20));
    if (blocks.test(tag)) out += '\n';
    at = /^(style|script)\b/i.test(tag) ? afterElement(text, end) : end + 1;
  }
  return readEntities(out + text.slice(at).replace(/\s+/g, ' '));
}

function afterElement(text: string, from: number): number {
  const close = text.indexOf('</s', from);
  return close < 0 ? text.length : close;
}

function readEntities(text: string): string {
  return text.replace(/&(#\d{1,5}|[a-z]{2,4});/gi, (all, name: string) => {
    if (name.startsWith('#')) return String.fromCodePoint(Number(name.slice(1)));
    return entities[name.toLowerCase()] ?? all;
  });
}
