/** A received mail goes in; which header fields its DKIM signature covers comes out. */
import { readTags } from '../dns/dns-compare.ts';

export interface SignedHeaders {
  /** The signing domain (d=), lower case. */
  readonly domain: string;
  /** Names in h=, lower case. */
  readonly names: readonly string[];
}

/** More than any header that SES passes on. */
const longestHeader = 256 * 1024;

/** One for each DKIM-Signature, in their order; what has no d= or h= is left out. Checks no signature. */
export function signedHeaders(raw: Uint8Array): SignedHeaders[] {
  const text = Buffer.from(raw.buffer, raw.byteOffset, Math.min(raw.byteLength, longestHeader)).toString(
    'latin1',
  );
  const [header = ''] = text.split(/\r?\n\r?\n/, 1);
  return header
    .split(/\r?\n(?![\t ])/)
    .filter((field) => /^dkim-signature\s*:/i.test(field))
    .flatMap((field) => readSignature(field.slice(field.indexOf(':') + 1)));
}

function readSignature(value: string): SignedHeaders[] {
  const tags = readTags(value.replace(/\r?\n/g, ''));
  const domain = tags.get('d')?.toLowerCase();
  const names = tags
    .get('h')
    ?.toLowerCase()
    .split(/\s*:\s*/);
  return domain && names ? [{ domain, names }] : [];
}
