/** Copies of a mailing come in; chunks of them out, sealed, so small that drawing one holds up nobody; and the way back. */
import type { RowSeal } from '../keys/row-seal.ts';
import type { MailingCopy } from '../outbound/mailings.ts';

/** Copies of a chunk at most, and UTF-16 units after which it is full. */
const mostCopies = 500;
const fullAt = 256 * 1024;

export interface Chunk {
  /** Of its first copy. */
  readonly place: number;
  readonly copies: number;
  readonly bytes: Uint8Array;
}

/** Copies as lines, kept until they fill a chunk. */
export class ChunkPacker {
  #lines: string[] = [];
  #units = 0;
  #place = 0;

  /** The chunks that are full now. */
  add(copies: readonly MailingCopy[]): Chunk[] {
    const full: Chunk[] = [];
    for (const copy of copies) {
      const line = writeLine(copy);
      this.#lines.push(line);
      this.#units += line.length;
      if (this.#lines.length === mostCopies || this.#units >= fullAt) full.push(...this.rest());
    }
    return full;
  }

  /** What is left, at most one. */
  rest(): Chunk[] {
    const lines = this.#lines;
    if (lines.length === 0) return [];
    const chunk = { place: this.#place, copies: lines.length, bytes: Buffer.from(lines.join('\n')) };
    this.#place += lines.length;
    this.#lines = [];
    this.#units = 0;
    return [chunk];
  }

  /** Copies so far. */
  get count(): number {
    return this.#place + this.#lines.length;
  }
}

/** Undefined if they are damaged. */
export function openCopies(sealed: Uint8Array, seal: RowSeal): MailingCopy[] | undefined {
  try {
    return seal.open(sealed).toString().split('\n').map(readLine);
  } catch {
    return undefined;
  }
}

function writeLine({ to, values, subject, correlationId }: MailingCopy): string {
  return JSON.stringify([to.address, values, to.name, subject, correlationId]);
}

function readLine(line: string): MailingCopy {
  const [address, values, name, subject, correlationId] = JSON.parse(line);
  return {
    to: name === null ? { address } : { address, name },
    values,
    subject: subject ?? undefined,
    correlationId: correlationId ?? undefined,
  };
}
