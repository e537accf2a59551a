/** What DNS said about one record, ready to be shown: strange answers go in, short printable ones come out. */

export interface DnsWord {
  /** `unknown`: nobody answered, so nothing is said about the record. */
  readonly state: 'found' | 'missing' | 'wrong' | 'conflict' | 'unknown';
  /** What stands there now; at most ten. */
  readonly found: readonly string[];
  readonly why: string;
}

const mostShown = 10;
const longestShown = 300;

export function dnsWord(state: DnsWord['state'], why: string, found: readonly string[] = []): DnsWord {
  return { state, why: printable(why), found: found.slice(0, mostShown).map(showAnswer) };
}

/** Whoever runs a zone decides what is in it: no control character or endless text of theirs reaches a dialog. */
function showAnswer(text: string): string {
  const start = printable(text.slice(0, longestShown));
  return text.length > longestShown ? `${start}…` : start;
}

function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]/gu, '\ufffd');
}
