/** What the receiving server found out about a mail comes in; whether its From address is to be believed goes out. */
import { addressKey, domainOf } from '../mail/address.ts';
import { readMailboxes } from '../request/read-recipients.ts';

export type Authentication = 'dmarc' | 'dkim';

/** The only From address, undefined if there are several or it cannot be read. */
export function oneSender(from: unknown): string | undefined {
  try {
    const [sender, ...others] = readMailboxes(from, 'email.from');
    return others.length === 0 ? sender?.address : undefined;
  } catch {
    return undefined;
  }
}

/**
 * `auth` as in `msg.email.auth`: each of `dmarc` and `dkim` a result, `{result, domain}` or a list of them. DMARC is
 * about the From domain by definition; a DKIM signature counts if that domain or one above it made it (RFC 7489
 * section 3.1.1; a signature by a domain below says nothing where many share the one above).
 */
export function authenticationOf(auth: unknown, address: string): Authentication | undefined {
  const { dmarc, dkim } = Object(auth) as { dmarc?: unknown; dkim?: unknown };
  const domain = addressKey(domainOf(address));
  if (passes(dmarc).some((signer) => signer === undefined || covers(signer, domain))) return 'dmarc';
  if (passes(dkim).some((signer) => signer !== undefined && covers(signer, domain))) return 'dkim';
  return undefined;
}

/** The domains of the results that are a pass; undefined for one without. */
function passes(results: unknown): (string | undefined)[] {
  return [results].flat().flatMap((one: unknown) => {
    if (one === 'pass') return [undefined];
    const { result, domain } = Object(one) as { result?: unknown; domain?: unknown };
    if (result !== 'pass') return [];
    return [typeof domain === 'string' ? domain.toLowerCase() : undefined];
  });
}

/** A name without a dot is nobody's domain. */
function covers(signer: string, domain: string): boolean {
  return signer === domain || (signer.includes('.') && domain.endsWith(`.${signer}`));
}
