/** Status code and words of a failed delivery come in; how bad it is for the address, and why, goes out. */
import { phraseRows } from './reason-phrases.ts';
import { type Verdict, verdictOfStatus } from './status-table.ts';

/** Longer explanations are a web page. */
const longestWords = 4000;

export interface Failure {
  /** RFC 3463, `5.1.1`; empty if none is known. */
  readonly status: string;
  /** RFC 5321, `550`; empty if none is known. */
  readonly reply: string;
  readonly words: string;
}

/**
 * The enhanced code decides, but not against clear words: many servers say `5.1.1` of a full mailbox, and `5.7.1` or
 * `5.0.0` of a user they don't know. An exact code of class 4 never tells that an address is bad, whatever the words.
 */
export function judgeFailure(failure: Failure): Verdict {
  const words = normalise(failure.words);
  const byWords = verdictOfWords(words);
  const byStatus = verdictOfStatus(failure.status);
  if (isGone(failure, byWords)) return { severity: 'hard', reason: 'no-such-domain' };
  if (isTemporary(failure)) return soften(byStatus ?? byWords ?? { severity: 'soft', reason: 'unknown' });
  if (!byStatus) return byWords ?? verdictOfReply(failure.reply, words);
  if (!byWords) return byStatus;
  return strongest(byStatus, byWords, failure.status);
}

function isTemporary({ status, reply }: Failure): boolean {
  return status === '' ? reply.startsWith('4') : status.startsWith('4');
}

/** Gmail says `4.0.0` of a domain that does not exist: a class alone is less than that answer of DNS. */
function isGone({ status }: Failure, byWords: Verdict | undefined): boolean {
  return status === '4.0.0' && byWords?.reason === 'no-such-domain';
}

function soften({ severity, reason }: Verdict): Verdict {
  return {
    severity: severity === 'hard' ? 'soft' : severity,
    reason: severity === 'hard' ? 'unknown' : reason,
  };
}

/** Words that say less than “policy” say nothing against a code. */
const vague: readonly string[] = ['policy', 'timed-out', 'unreachable', 'unknown'];

function strongest(byStatus: Verdict, byWords: Verdict, status: string): Verdict {
  if (byStatus.severity === 'hard') {
    if (byWords.severity === 'hard') return { severity: 'hard', reason: moreExact(byStatus, byWords) };
    return vague.includes(byWords.reason) ? byStatus : byWords;
  }
  // `5.7.1 User unknown` and `5.4.1 Recipient address rejected: Access denied` (Exchange Online) mean the address
  if (byWords.severity === 'hard' && overruled.has(status)) return byWords;
  return byStatus.reason === 'policy' && !vague.includes(byWords.reason) && byWords.severity !== 'hard'
    ? byWords
    : byStatus;
}

const overruled: ReadonlySet<string> = new Set(['5.7.1', '5.7.0', '5.4.1', '5.1.4', '5.3.5', '5.3.2']);

/** A domain or an account that is gone is more than “no such user”, which some say of everything. */
function moreExact(byStatus: Verdict, byWords: Verdict): Verdict['reason'] {
  return byStatus.reason === 'no-such-user' ? byWords.reason : byStatus.reason;
}

function verdictOfWords(words: string): Verdict | undefined {
  const row = phraseRows.find(({ phrases }) => phrases.some((phrase) => words.includes(phrase)));
  return row && { severity: row.severity, reason: row.reason };
}

/** RFC 5321 §4.2.3. `550 mailbox unavailable` is what Outlook.com has for an address that is not there. */
function verdictOfReply(reply: string, words: string): Verdict {
  if (reply === '550' && words.includes('mailbox unavailable'))
    return { severity: 'hard', reason: 'no-such-user' };
  if (reply === '551') return { severity: 'hard', reason: 'no-such-user' };
  if (reply === '552') return { severity: 'soft', reason: 'mailbox-full' };
  return { severity: 'soft', reason: 'unknown' };
}

/** Without names of hosts and mailboxes: `spamfilter.example.com said: User unknown` says nothing about spam. */
function normalise(words: string): string {
  const text = words.slice(0, longestWords).toLowerCase().replaceAll('’', "'");
  return text
    .split(/\s+/)
    .filter((word) => !isName(word) && !isCode(word))
    .join(' ');
}

/** A long reply says its code again on every line, in the middle of a sentence. */
function isCode(word: string): boolean {
  return /^\W?[245](\d\d|\.\d{1,3}\.\d{1,3})(-[245]\.\d{1,3}\.\d{1,3})?\W?$/.test(word);
}

/** The last label is short in all domains of the public kind; `err.nosuchuser` is a reason. */
function isName(word: string): boolean {
  if (word.includes('@') || word.includes('://')) return true;
  const last = /^\W{0,3}(?:[a-z0-9-]{1,63}\.){1,10}([a-z]{2,63})(?:\W|$)/.exec(word)?.[1] ?? '';
  return (last !== '' && last.length <= 6) || /^(example|invalid|localdomain)$/.test(last);
}
