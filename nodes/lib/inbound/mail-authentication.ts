/** A raw mail and who handed it over come in; whether sender and signatures are to be believed goes out. */

import { Resolver } from 'node:dns/promises';
import { createReadStream } from 'node:fs';
import type { AuthenticateResult } from 'mailauth';
import type { Clock } from '../kernel/clock.ts';
import { inTime } from '../kernel/in-time.ts';
import { type AuthResult, type AuthVerdicts, noVerdicts } from '../received/received-mail.ts';
import type { ReceiptFacts } from './inbound-queue.ts';
import { pieceSize, readHead } from './read-head.ts';

/** DNS records as Node's `resolve` answers them; rejects with a `code` such as `ENOTFOUND`. */
export type ResolveDns = (name: string, type: string) => Promise<string[][] | string[]>;

export interface AuthenticationWorld {
  readonly clock: Clock;
  readonly resolve: ResolveDns;
  /** Undefined if the package is not installed. */
  readonly load: () => Promise<typeof import('mailauth') | undefined>;
}

/** As the set-up has them for its own lookups. */
const patience = { timeout: 3000, tries: 2 };

const realWorld: Omit<AuthenticationWorld, 'clock'> = {
  resolve: async (name, type) => {
    const answer = await new Resolver(patience).resolve(name, type);
    return answer as string[][] | string[];
  },
  load: () => import('mailauth').catch(() => undefined),
};

/** A mail with a thousand signatures must not make us ask a thousand servers, or hash its body a thousand times. */
const mostLookups = 60;
const mostSignatures = 20;
/** ms: those who wait behind a mail must not wait for as long as its sender's name servers like. */
const mostTime = 15_000;

/**
 * What the source found out itself counts (SES). Otherwise SPF (RFC 7208, only if the peer is known), DKIM (RFC 6376)
 * and DMARC (RFC 9989) are checked here; all are `none` if mailauth is not installed, `temperror` if the check broke or
 * took more than 15 s. Rejects only when the file cannot be read.
 */
export async function authenticate(
  file: string,
  facts: ReceiptFacts,
  world: Pick<AuthenticationWorld, 'clock'> & Partial<AuthenticationWorld>,
): Promise<AuthVerdicts> {
  if (facts.auth) return facts.auth;
  const { clock, resolve, load } = { ...realWorld, ...world };
  const mailauth = await load();
  if (!mailauth) return noVerdicts;
  if (await hasTooManySignatures(file)) return { ...noVerdicts, dkim: 'permerror' };
  const lookups = limited(resolve, mostLookups);
  const mail = createReadStream(file, { highWaterMark: pieceSize });
  const unreadable = new Promise<never>((_resolve, reject) => mail.once('error', reject));
  try {
    const checked = mailauth.authenticate(mail, { ...optionsOf(facts), resolver: lookups.resolve });
    const verdicts = checked.then((result) => readResult(result, facts), brokenCheck);
    return await inTime(Promise.race([verdicts, unreadable]), { clock, ms: mostTime }, brokenCheck);
  } finally {
    lookups.end();
    mail.destroy();
  }
}

/** ARC would only say what others found out; what a mail looks like in a mail program (BIMI) is nothing to us. */
function optionsOf({ peer, envelope }: ReceiptFacts) {
  const checks = { disableArc: true, disableBimi: true, rejectRsaSha1: true, mta: 'localhost' };
  // RFC 7208 §2.4: the null reverse-path is checked as the postmaster of the name the peer gave
  const sender = envelope.from === '' && peer ? `postmaster@${peer.helo}` : envelope.from;
  return { ...checks, ip: peer?.ip, helo: peer?.helo, sender };
}

function limited(resolve: ResolveDns, most: number): { resolve: ResolveDns; end: () => void } {
  let left = most;
  return {
    resolve(name, type) {
      left -= 1;
      if (left >= 0) return resolve(name, type);
      return Promise.reject(Object.assign(new Error('too many lookups for one mail'), { code: 'ETIMEOUT' }));
    },
    end() {
      left = 0;
    },
  };
}

async function hasTooManySignatures(file: string): Promise<boolean> {
  const { lines, isWhole } = await readHead(file);
  return !isWhole || lines.filter((line) => /^dkim-signature\s*:/i.test(line)).length > mostSignatures;
}

function brokenCheck(): AuthVerdicts {
  return { spf: 'temperror', dkim: 'temperror', dmarc: 'temperror', signedBy: [] };
}

function readResult({ spf, dkim, dmarc }: AuthenticateResult, facts: ReceiptFacts): AuthVerdicts {
  const { peer } = facts;
  // a signature over a part of the body (`l=`) says nothing of what was added below
  const signatures = dkim.results.map(({ signingDomain, status }) => {
    const result: AuthResult = status.underSized ? 'neutral' : asResult(status.result);
    return { domain: signingDomain?.toLowerCase(), result };
  });
  const passed = signatures.filter(({ result }) => result === 'pass');
  const bySpf = spf && peer ? asResult(spf.status.result) : 'none';
  const isServer = bySpf === 'pass' && facts.envelope.from === '';
  return {
    spf: bySpf,
    dkim: (passed[0] ?? signatures[0])?.result ?? 'none',
    dmarc: dmarc ? readDmarc(dmarc.status.result, peer !== undefined) : 'none',
    signedBy: [...new Set(passed.flatMap(({ domain }) => domain ?? []))],
    ...(isServer && { helo: peer?.helo.toLowerCase() }),
  };
}

/** Nobody has failed who was not asked: without the peer, SPF might have passed. */
function readDmarc(word: string, hasPeer: boolean): AuthResult {
  const result = asResult(word);
  return result === 'fail' && !hasPeer ? 'none' : result;
}

const results: readonly AuthResult[] = [
  'pass',
  'fail',
  'softfail',
  'neutral',
  'none',
  'temperror',
  'permerror',
];

/** `policy`: a key or an algorithm that is too weak. */
function asResult(word: string): AuthResult {
  return results.find((result) => result === word) ?? (word === 'policy' ? 'fail' : 'none');
}
