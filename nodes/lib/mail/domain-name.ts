/** A domain as people type it comes in; its lower-case A-label form goes out. */
import { domainToASCII, domainToUnicode } from 'node:url';
import { EmailError } from '../kernel/errors.ts';

const longestDomain = 253;
const longestLabel = 63;

/**
 * `MÜNCHEN.de` → `xn--mnchen-3ya.de`: a domain with a dot, as lower-case A-label (RFC 5890, UTS #46, RFC 1034 §3.5).
 * Refused is what UTS #46 would map to other letters, since `ⓔxample.com` is not what an allow-list saw; the same
 * for IP addresses and a trailing dot. Throws EmailError `bad-address`, with `shown` as its value.
 */
export function readDomainName(text: string, field: string, shown = text): string {
  const refusal = (why: string) =>
    new EmailError('bad-address', { field, detail: { value: shown.slice(0, longestDomain), why } });
  const domain = text.length <= longestDomain ? toALabels(text) : text;
  if (domain === undefined) throw refusal('the domain has letters that stand for others or are not seen');
  const fault = findFault(domain);
  if (fault !== undefined) throw refusal(fault);
  return domain;
}

/** Undefined if the mapping changes more than case and normal form, or an A-label decodes to nothing valid. */
function toALabels(text: string): string | undefined {
  const lower = text.normalize('NFC').toLowerCase();
  const typedAsAscii = isAscii(text);
  const ascii = typedAsAscii ? lower : domainToASCII(text);
  if (!hasALabel(ascii)) return typedAsAscii ? ascii : undefined;
  const unicode = domainToUnicode(ascii);
  if (hasALabel(unicode) || invisible.test(unicode) || domainToASCII(unicode) !== ascii) return undefined;
  return typedAsAscii || unicode === lower ? ascii : undefined;
}

/** Joiners and the like: UTS #46 lets some through, and nobody sees them. */
const invisible = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/u;

function hasALabel(domain: string): boolean {
  return /(?:^|\.)xn--/.test(domain);
}

function isAscii(text: string): boolean {
  return /^\p{ASCII}*$/u.test(text);
}

function findFault(domain: string): string | undefined {
  const labels = domain.split('.');
  if (domain.length > longestDomain) return `the domain is longer than ${longestDomain} characters`;
  if (domain === '') return 'the domain is missing';
  if (labels.length < 2) return 'the domain has no dot';
  if (labels.includes('')) return 'the domain has a dot too many';
  if (labels.some((label) => label.length > longestLabel)) {
    return `a part of the domain is longer than ${longestLabel} characters`;
  }
  if (!labels.every((label) => /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/.test(label))) {
    return 'the domain has something else than letters, digits, and hyphens between them';
  }
  return /^[a-z]/.test(labels.at(-1) ?? '') ? undefined : 'the domain ends in a number';
}
