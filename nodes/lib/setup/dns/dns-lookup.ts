/** DNS as the set-up needs it: names go in, records come out. The only file that asks DNS servers. */
import { Resolver } from 'node:dns/promises';
import { EmailError } from '../../kernel/errors.ts';

/**
 * Each answers with what is published under exactly that name (aliases followed by the DNS server, but for `cname`),
 * an empty list when there is nothing, and throws EmailError `dns-unanswered`, retryable, when no server answered.
 */
export interface DnsLookup {
  /** Whole texts, their chunks joined (RFC 7208 §3.3). */
  txt(name: string): Promise<readonly string[]>;
  cname(name: string): Promise<readonly string[]>;
  mx(name: string): Promise<readonly MailExchanger[]>;
  /** IPv4 addresses: what a proxied or flattened alias has instead of a CNAME. */
  addresses(name: string): Promise<readonly string[]>;
}

export interface MailExchanger {
  readonly exchange: string;
  readonly priority: number;
}

export interface DnsLookupOptions {
  /** `1.1.1.1` or `127.0.0.1:5353`; those of the system by default. */
  readonly servers?: readonly string[];
  /** Milliseconds for one try of one server. */
  readonly timeout?: number;
  readonly tries?: number;
}

export function dnsLookup({ servers, timeout = 3000, tries = 2 }: DnsLookupOptions = {}): DnsLookup {
  const resolver = new Resolver({ timeout, tries });
  if (servers) resolver.setServers([...servers]);
  return {
    txt: async (name) => (await ask(name, () => resolver.resolveTxt(name))).map((chunks) => chunks.join('')),
    cname: (name) => ask(name, () => resolver.resolveCname(name)),
    mx: async (name) =>
      (await ask(name, () => resolver.resolveMx(name))).map(({ exchange, priority }) => ({
        exchange,
        priority,
      })),
    addresses: (name) => ask(name, () => resolver.resolve4(name)),
  };
}

/** NXDOMAIN, and a name that has records of other types only. */
const nothingThere: ReadonlySet<unknown> = new Set(['ENOTFOUND', 'ENODATA']);

async function ask<Answer>(name: string, question: () => Promise<Answer[]>): Promise<Answer[]> {
  try {
    return await question();
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'no answer';
    if (nothingThere.has(code)) return [];
    const why = reasons[code] ?? code;
    throw new EmailError('dns-unanswered', { detail: { value: name, why }, retryable: true });
  }
}

const reasons: Readonly<Record<string, string>> = {
  ETIMEOUT: 'no server answered in time',
  ESERVFAIL: 'the domain’s servers fail (SERVFAIL), or its DNSSEC signatures are broken',
  EREFUSED: 'the server refused the question',
  ECONNREFUSED: 'no DNS server can be reached from here',
  EBADRESP: 'the answer makes no sense',
  EFORMERR: 'the server did not understand the question',
  EBADNAME: 'the name cannot be looked up',
};
