/** Names and values as DNS and people write them; one way to compare each. */

/** Host names have no case, and their dot at the end says nothing here. */
export function sameHost(one: string, other: string): boolean {
  return hostKey(one) === hostKey(other);
}

export function hostKey(host: string): string {
  return host.trim().toLowerCase().replace(/\.$/, '');
}

/** A value that was typed with its quotes into a panel that adds its own: right to read, wrong to SES. */
export function withoutQuotes(text: string): string {
  return text.replace(/^\s*"|"\s*$/g, '').replace(/"\s*"/g, '');
}

/** Tags of `v=DMARC1; p=none` and the like (RFC 6376 §3.2), names in lower case; the first of a name counts. */
export function readTags(text: string): ReadonlyMap<string, string> {
  const tags = new Map<string, string>();
  for (const tag of text.slice(0, longestTagList).split(';')) {
    const equals = tag.indexOf('=');
    const name = tag.slice(0, equals).trim().toLowerCase();
    if (equals > 0 && !tags.has(name)) tags.set(name, tag.slice(equals + 1).trim());
  }
  return tags;
}

/** More than any key of 4096 bits and its notes. */
const longestTagList = 8192;

/** Names above a domain that somebody may have registered: `a.b.example.com` has `b.example.com`, `example.com`. */
export function parentDomains(domain: string): string[] {
  const labels = domain.split('.');
  return labels.slice(1, -1).map((_label, index) => labels.slice(index + 1).join('.'));
}

/** `_dmarc.example.com` in the zone example.com is `_dmarc`; the zone itself is `@`. */
export function relativeName(name: string, zone: string): string {
  if (name === zone) return '@';
  return name.endsWith(`.${zone}`) ? name.slice(0, -zone.length - 1) : name;
}

/** What a record that people keep up may hold; anything else is not taken over into a record of ours. */
export function isPlainText(text: string): boolean {
  return text.length <= longestPlainText && /^[ -~]*$/.test(text);
}

const longestPlainText = 4096;
