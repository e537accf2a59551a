/** An address header of a stranger comes in; the mailboxes in it that are valid go out, the others are left out. */
import { readMailbox } from '../mail/address.ts';
import { decodeWords } from '../mail/decode-words.ts';
import type { Mailbox } from '../mail/mailbox.ts';

const longestHeader = 256 * 1024;
const mostMailboxes = 1000;
/** What is none takes its time, too. */
const mostItems = 2000;
const longestName = 200;

/**
 * Addresses are read by our own strict parser, not by the MIME library, which takes another address than the one shown
 * for some (CVE-2026-125755). Comments, routes and empty places of RFC 5322 §4.4 are dropped, groups are opened.
 */
export function receivedAddresses(value: string | undefined): readonly Mailbox[] {
  const found: Mailbox[] = [];
  let items = 0;
  for (const item of splitAddresses((value ?? '').slice(0, longestHeader))) {
    const mailbox = readReceived(item);
    if (mailbox) found.push(mailbox);
    items += item.address === '' ? 0 : 1;
    if (found.length >= mostMailboxes || items >= mostItems) break;
  }
  return found;
}

/** Undefined for what is no valid address. Our own tags may make an address longer than is valid. */
export function receivedAddress(text: string): string | undefined {
  const [, name, tag = '', domain] = /^([^+@]{1,64})(\+[\w-]{30,800})@([^@]*)$/.exec(text.trim()) ?? [];
  const plain = name === undefined ? text.trim() : `${name}@${domain}`;
  try {
    const { address } = readMailbox(plain, 'address');
    const at = address.lastIndexOf('@');
    return address.slice(0, at) + tag + address.slice(at);
  } catch {
    return undefined;
  }
}

function readReceived({ name, address, comment }: Item): Mailbox | undefined {
  const valid = address === '' ? undefined : receivedAddress(address);
  if (valid === undefined) return undefined;
  const shown = decodeWords(name || comment).slice(0, longestName);
  return shown === '' ? { address: valid } : { address: valid, name: shown };
}

interface Item {
  readonly name: string;
  readonly address: string;
  readonly comment: string;
}

type Place = 'plain' | 'quote' | 'angle' | 'comment';

/** One character after the other, so that no nesting of quotes and comments costs more than its length. */
class AddressScanner {
  #text: Record<'plain' | 'angle' | 'comment', string> = { plain: '', angle: '', comment: '' };
  #place: Place = 'plain';
  /** Where a comment began, and how deep it is nested. */
  #outside: Place = 'plain';
  #depth = 0;

  take(char: string): void {
    this.#in[this.#place](char);
  }

  /** What follows a backslash stands for itself in quotes and comments, and only there. */
  takesEscapes(): boolean {
    return this.#place === 'quote' || this.#place === 'comment';
  }

  takeEscaped(char: string): void {
    this.#text[this.#place === 'comment' ? 'comment' : 'plain'] += char;
  }

  endsItem(char: string): boolean {
    return this.#place === 'plain' && (char === ',' || char === ';');
  }

  item(): Item {
    const { plain, angle, comment } = this.#text;
    this.#text = { plain: '', angle: '', comment: '' };
    const [name, address] = angle === '' ? ['', plain] : [plain, angle];
    return { name: name.trim(), address: address.trim(), comment: comment.trim() };
  }

  readonly #in: Readonly<Record<Place, (char: string) => void>> = {
    plain: (char) => {
      if (char === '"') this.#place = 'quote';
      else if (char === '(') this.#openComment();
      else if (char === '<') this.#place = 'angle';
      // the name of a group (RFC 5322 §3.4) ends here
      else if (char === ':') this.#text.plain = '';
      else this.#text.plain += char;
    },
    quote: (char) => {
      if (char === '"') this.#place = 'plain';
      else this.#text.plain += char;
    },
    angle: (char) => {
      if (char === '>') this.#place = 'plain';
      else if (char === '(') this.#openComment();
      else this.#text.angle += char;
    },
    comment: (char) => {
      if (char === '(') this.#depth += 1;
      else if (char === ')') this.#depth -= 1;
      else this.#text.comment += char;
      if (this.#depth === 0) this.#place = this.#outside;
    },
  };

  #openComment(): void {
    this.#outside = this.#place;
    this.#place = 'comment';
    this.#depth = 1;
  }
}

function* splitAddresses(text: string): Generator<Item> {
  const scanner = new AddressScanner();
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at] ?? '';
    if (scanner.endsItem(char)) yield scanner.item();
    else if (char === '\\' && scanner.takesEscapes()) {
      at += 1;
      scanner.takeEscaped(text[at] ?? '');
    } else scanner.take(char);
  }
  yield scanner.item();
}
