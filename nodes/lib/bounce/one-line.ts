/** Text of a stranger comes in; one line of it without control characters goes out, fit for a log or a list. */

const longestLine = 500;

export function oneLine(text: string): string {
  return text
    .slice(0, longestLine * 4)
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\s]+/gu, ' ')
    .trim()
    .slice(0, longestLine);
}
