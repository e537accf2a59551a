/** The parts that this process has claimed, as they were then: nobody else changes them until they are settled. */
import type { KeptPart } from './outbox-rows.ts';

export class PartsInHand {
  readonly #parts = new Map<string, KeptPart>();
  readonly #doubted = new Set<string>();
  /** A claim may have been written whose answer was lost. */
  mayHaveMore = false;

  take(parts: readonly KeptPart[]): void {
    for (const part of parts) this.#parts.set(part.id, part);
  }

  get(partId: string): KeptPart | undefined {
    return this.#parts.get(partId);
  }

  get ids(): readonly string[] {
    return [...this.#parts.keys()];
  }

  giveBack(partIds: readonly string[]): void {
    for (const id of partIds) {
      this.#parts.delete(id);
      this.#doubted.delete(id);
    }
  }

  /** Their outcomes may have been written, but the answer was lost. */
  doubt(partIds: readonly string[]): void {
    for (const id of partIds) this.#doubted.add(id);
  }

  isDoubted(partId: string): boolean {
    return this.#doubted.has(partId);
  }
}
