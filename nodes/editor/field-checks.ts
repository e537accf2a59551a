// Checks of single settings: text in, true or false out. An empty text is judged by the caller.

export const isEnvironmentVariable = (text: string) => /^\$(\{[^}]+\}|\([A-Za-z_]\w*\))$/.test(text);

const label = '[\\p{L}\\p{N}](?:[\\p{L}\\p{M}\\p{N}-]{0,61}[\\p{L}\\p{M}\\p{N}])?';
const domain = new RegExp(`^(?:${label}\\.)+${label}$`, 'u');
/** Container networks have one-word names and underscores. */
const hostName = /^[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?\.?$/i;
const ipv6 = /^[0-9a-f:.]*:[0-9a-f:.]*$/i;

export const isDomain = (text: string) => text.length <= 253 && domain.test(text);
export const isHost = (text: string) =>
  text.length <= 253 && ((hostName.test(text) && !text.includes('..')) || ipv6.test(text));

export function isAddress(text: string): boolean {
  const at = text.lastIndexOf('@');
  return at > 0 && at <= 64 && /^[^\s@<>(),;:"\\]+$/.test(text.slice(0, at)) && isDomain(text.slice(at + 1));
}

/** `a@b.c` or `Name <a@b.c>`; undefined when it is neither. */
export function addressOf(text: string): string | undefined {
  const address = /^[^<>]*<([^<>]+)>$/.exec(text.trim())?.[1] ?? text.trim();
  return isAddress(address) ? address.toLowerCase() : undefined;
}

export const listOf = (text: string) => text.split(',').flatMap((part) => part.trim() || []);

/** An address, or `@domain` for all addresses of a domain. */
export const isSenderRule = (text: string) =>
  isAddress(text) || (text.startsWith('@') && isDomain(text.slice(1)));

const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** With https; on this very machine http will do, to try things out. */
export function isBaseUrl(text: string): boolean {
  if (/[?#]/.test(text) || !URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  const safe = protocol === 'https:' || (protocol === 'http:' && loopback.test(hostname));
  return safe && username === '' && password === '';
}

/** As settings/read-service-url.ts: secrets are sent there, so https, or http to this very machine; nothing left to fill in. */
export function isServiceUrl(text: string): boolean {
  if (/[<>{}]/.test(text) || !URL.canParse(text)) return false;
  const { protocol, hostname, username, password, hash } = new URL(text);
  const safe = protocol === 'https:' || (protocol === 'http:' && loopback.test(hostname));
  return safe && `${username}${password}${hash}` === '';
}

export const isRegion = (text: string) => /^[a-z]{2,}(-[a-z]+)+-\d{1,2}$/i.test(text);

export const isConfigurationSet = (text: string) => /^[A-Za-z0-9_-]{1,64}$/.test(text);

export const isAbsolutePath = (text: string) => /^(\/|[A-Za-z]:[\\/]|\\\\)/.test(text);

export const isAppId = (text: string) => /^[a-z0-9]{8,32}$/.test(text);

export function isNumberWithin(text: string, least: number, most: number): boolean {
  const value = Number(text);
  return value >= least && value <= most;
}

export const isWholeWithin = (text: string, least: number, most: number) =>
  Number.isInteger(Number(text)) && isNumberWithin(text, least, most);

/** True if the app may send as this address: its own domain or mailbox, or one of the further senders. */
export function maySendAs(address: string, identity: string, allowed: readonly string[]): boolean {
  const ownDomain = `@${address.split('@')[1]}`;
  const rules = [identity.includes('@') ? identity : `@${identity}`, ...allowed];
  return rules.some((rule) => [address, ownDomain].includes(rule.toLowerCase()));
}

export const isTopicId = (text: string) => /^[A-Za-z0-9_.-]{1,64}$/.test(text);

export const isTemplateId = (text: string) => /^[a-z0-9_-]{1,64}$/.test(text);

const ipv4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/;

export const isIpAddress = (text: string) => ipv4.test(text) || (ipv6.test(text) && text.length <= 45);

/** An IP address, or a block of them such as 10.0.0.0/8. */
export function isIpBlock(text: string): boolean {
  const [, address = text, bits] = /^(.+)\/(\d{1,3})$/.exec(text) ?? [];
  return isIpAddress(address) && Number(bits ?? 0) <= (address.includes(':') ? 128 : 32);
}

/** As settings/read-ses-notices.ts. */
export const isTopicArn = (text: string) =>
  /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/.test(text);
