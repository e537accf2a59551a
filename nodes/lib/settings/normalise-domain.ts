/** A domain as a person types or pastes it comes in; the bare domain goes out. Free of Node, for the editor too. */

/** `https://Example.COM/` is `example.com`. What is no domain stays none: nothing is checked here. */
export function normaliseDomain(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replace(/^[a-z][a-z0-9+.-]*:\/\//, '')
    .replace(/\/+$/, '');
}
