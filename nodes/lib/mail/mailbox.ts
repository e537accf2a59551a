/** One address as the rest of the package knows it: checked, its domain lower-case and as A-label. */
export interface Mailbox {
  readonly address: string;
  /** Display name, decoded text without control characters. */
  readonly name?: string;
}

/** Nothing but the mailbox of what holds more. */
export function mailboxOf({ address, name }: Mailbox): Mailbox {
  return name === undefined ? { address } : { address, name };
}
