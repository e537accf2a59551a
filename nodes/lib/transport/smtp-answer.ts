/** From the text of a server's answer to its parts: reply code, enhanced status (RFC 3463), one line of words. */
export interface SmtpAnswer {
  /** RFC 5321 reply code, e.g. 550. */
  readonly smtp: number;
  /** Enhanced status code, e.g. `5.1.1`, or '' if the server gives none. */
  readonly status: string;
  /** The whole answer in one line, its repeated codes left out, at most 500 characters. */
  readonly response: string;
}

const longestResponse = 500;
const statusPattern = /^([245]\.\d{1,3}\.\d{1,3})(?=\s|$)/;

/** Undefined if `text` is no SMTP answer. */
export function readSmtpAnswer(text: unknown): SmtpAnswer | undefined {
  const lines = typeof text === 'string' ? text.slice(0, 16_384).trim().split(/\r?\n/) : [];
  const smtp = /^([2-5]\d\d)(?=[ -]|$)/.exec(lines[0] ?? '')?.[1];
  if (!smtp) return undefined;
  const bodies = lines.map((line) => line.replace(/^\d{3}(?:[ -]|$)/, '').trim());
  const status = bodies.map((body) => statusPattern.exec(body)?.[1]).find(Boolean) ?? '';
  const words = bodies.map((body) => body.replace(statusPattern, '').trim());
  const response = [smtp, status, ...words].filter(Boolean).join(' ');
  return { smtp: Number(smtp), status, response: response.slice(0, longestResponse) };
}
