/** Words of a server come in; the enhanced status code (RFC 3463) and the reply code (RFC 5321) in them go out. */

const longestWords = 4000;

/** A version number or an IP address looks alike: the code stands alone, after a reply code or a `#`, and is 2, 4 or 5. */
const statusCode = /(?:^|[\s#([:;"-])([245]\.[0-9]{1,3}\.[0-9]{1,3})(?![.\d])/;
const replyCode = /(?:^|[\s:;(<"-])([245][0-9]{2})(?=[\s-]|[.:]\s|$)/;

/** `5.1.1`, or empty. */
export function findStatus(words: string): string {
  const [, status = ''] = statusCode.exec(words.slice(0, longestWords)) ?? [];
  return status
    .split('.')
    .map((number) => String(Number(number)))
    .join('.')
    .replace(/^0$/, '');
}

/** `550`, or empty. */
export function findReply(words: string): string {
  return replyCode.exec(words.slice(0, longestWords))?.[1] ?? '';
}

/** `5.0.0` and the like say no more than their class does. */
export function isVague(status: string): boolean {
  return status === '' || /^\d\.(0|1|5)\.0$|^\d\.0\.\d+$/.test(status);
}

/** A reply of SMTP or an enhanced code. */
export function hasCode(words: string): boolean {
  return findStatus(words) !== '' || findReply(words) !== '';
}
