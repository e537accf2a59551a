/** The words of a notice come in; the addresses it says were not reached go out, each with what is said of it. */

import { addressKey } from '../mail/address.ts';
import { receivedAddress } from '../received/received-addresses.ts';

export interface FailedRecipient {
  readonly address: string;
  /** What is said of it; first what surely is, then more, in case that says nothing. */
  readonly words: readonly string[];
}

const mostRecipients = 200;
const linesOfWords = 12;

const addressText = String.raw`([\w!#$%&'*+/=?^{|}~.-]{1,64}@[A-Za-z0-9.-]{3,253})`;

const anyAddress = new RegExp(addressText);

/** Where the lines of a notice name who was not reached; what follows the address decides for a line that begins with it. */
const positions: readonly RegExp[] = [
  new RegExp(String.raw`\(${addressText}[:)]`),
  new RegExp(
    String.raw`^[\s*•\->]{0,6}["'<]?(?:mailto:|smtp:)?${addressText}[>"']?\s{0,4}(?:$|[:;(\[<,]|\.\.\.|on |- |because |unknown|not |could |was |is |invalid |does |has |rejected)`,
    'i',
  ),
  new RegExp(
    String.raw`(?:delivered to|delivery to|deliver(?:ing)? (?:your |the )?(?:message |mail |email |it )?to|(?:message|mail|email) to|recipients?(?: address)?|rcpt to|failed address|the address|mailbox|user|account|reach|zugestellt werden an|empfänger|destinataires?|destinatarios?|destinatari|an|à|a)[\s:"'(]{1,4}<?(?:mailto:|smtp:)?${addressText}`,
    'i',
  ),
  new RegExp(
    String.raw`^\s{0,4}[45]\d\d[ -](?:[45]\.\d{1,3}\.\d{1,3} )?["'<(]{0,2}${addressText}[>"')]{0,2}\s?(?:\.\.\.|:)`,
    'i',
  ),
];

/** The mails of servers themselves: `please send mail to postmaster`. */
const offices = /^(postmaster|mailer-daemon|abuse|support|helpdesk|hostmaster|noc)@/i;

/** `not`: whom the notice was sent to, in lower case; it names its reader, too. */
export function failedRecipients(
  lines: readonly string[],
  not: ReadonlySet<string>,
): readonly FailedRecipient[] {
  const named = placesOf(lines, not, findAddress);
  const anywhere = named.size > 0 ? named : placesOf(lines, not, (line) => anyAddress.exec(line)?.[0]);
  // one address that stands anywhere is the one it is about; of several nobody knows
  const places = named.size > 0 || anywhere.size === 1 ? anywhere : new Map<string, Place>();
  const starts = new Set([...places.values()].map(({ at }) => at));
  const mentions = mentionsOf(lines, places);
  return [...places].map(([key, { address, at }]) => ({
    address,
    words: [
      [...paragraphAt(lines, at, starts), ...(mentions.get(key) ?? [])].join(' '),
      blockAt(lines, at, starts).join(' '),
    ],
  }));
}

interface Place {
  readonly address: string;
  /** Line */
  readonly at: number;
}

type Finder = (line: string) => string | undefined;

function placesOf(lines: readonly string[], not: ReadonlySet<string>, find: Finder): Map<string, Place> {
  const places = new Map<string, Place>();
  for (const [at, line] of lines.entries()) {
    const address = receivedAddress(find(line) ?? '');
    if (address === undefined || not.has(addressKey(address)) || offices.test(address)) continue;
    if (!places.has(addressKey(address))) places.set(addressKey(address), { address, at });
    if (places.size >= mostRecipients) break;
  }
  return places;
}

function findAddress(line: string): string | undefined {
  for (const position of positions) {
    const found = position.exec(line)?.[1];
    const address = found && receivedAddress(found.replace(/[.']+$/, ''));
    if (address) return address;
  }
  return undefined;
}

/** The line and the rest of its paragraph. */
function paragraphAt(lines: readonly string[], at: number, starts: ReadonlySet<number>): readonly string[] {
  const block = blockAt(lines, at, starts);
  const end = block.indexOf('');
  return end < 0 ? block : block.slice(0, end);
}

/** The line and what follows it, up to the next recipient. */
function blockAt(lines: readonly string[], at: number, starts: ReadonlySet<number>): readonly string[] {
  let end = at + 1;
  while (end < lines.length && end < at + linesOfWords && !starts.has(end)) end += 1;
  return lines.slice(at, end);
}

/** A transcript of the session tells the reason elsewhere: `550 <bob@example.com>... User unknown`. */
function mentionsOf(lines: readonly string[], places: ReadonlyMap<string, unknown>): Map<string, string[]> {
  const mentions = new Map<string, string[]>();
  for (const [at, line] of lines.entries()) {
    if (!/^(<<<|>>>|\.\.\.|[45]\d\d[ -]|\()/.test(line)) continue;
    const key = addressKey(anyAddress.exec(line)?.[0] ?? '');
    if (!places.has(key)) continue;
    const said = [
      ...(mentions.get(key) ?? []),
      line,
      ...(line.startsWith('>>>') ? lines.slice(at + 1, at + 3) : []),
    ];
    if (said.length < 20) mentions.set(key, said);
  }
  return mentions;
}
