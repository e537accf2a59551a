/** A compared form of an address in; the one spelling out that all spellings of its mailbox share, where that is known. */

interface Provider {
  /** `a.b` and `ab` are one name. */
  readonly ignoresDots?: true;
  /** The domain that has the same mailboxes. */
  readonly alsoAt?: string;
}

/** Everybody here drops what follows a plus sign. */
const plusOnly: Provider = {};

/**
 * What providers promise and nothing else: a rule too many would hold strangers. Left out: Yahoo, where what stands before
 * the hyphen is not the name of the mailbox; dots elsewhere, which tell people apart; domains of companies, whichever
 * provider serves them. A rule may be added: older entries of its provider
 * go on holding their own spelling. None may be changed or taken away: the entries it made would not be found.
 */
const providers: ReadonlyMap<string, Provider> = new Map([
  ['gmail.com', { ignoresDots: true }],
  ['googlemail.com', { ignoresDots: true, alsoAt: 'gmail.com' }],
  ['outlook.com', plusOnly],
  ['hotmail.com', plusOnly],
  ['live.com', plusOnly],
  ['msn.com', plusOnly],
  ['icloud.com', plusOnly],
  ['me.com', plusOnly],
  ['mac.com', plusOnly],
  ['fastmail.com', plusOnly],
  ['fastmail.fm', plusOnly],
  ['proton.me', plusOnly],
  ['protonmail.com', plusOnly],
  ['pm.me', plusOnly],
  ['yandex.com', plusOnly],
  ['yandex.ru', plusOnly],
  ['ya.ru', plusOnly],
]);

/** `key`: what `addressKey` gives, of an address or of `@domain`. The key itself if no rule knows another spelling of it. */
export function foldAddress(key: string): string {
  const at = key.lastIndexOf('@');
  const domain = key.slice(at + 1);
  const provider = providers.get(domain);
  if (!provider) return key;
  const plus = key.indexOf('+', 1);
  const name = key.slice(0, plus < 0 ? at : plus);
  return `${provider.ignoresDots ? name.replaceAll('.', '') : name}@${provider.alsoAt ?? domain}`;
}
