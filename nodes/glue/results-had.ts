/** Which of a request's results an input has had, by their places: a bit each, for there may be millions. */
export class ResultsHad {
  #bits = new Uint8Array(0);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  has(place: number): boolean {
    return ((this.#bits[place >> 3] ?? 0) & (1 << (place & 7))) !== 0;
  }

  /** `all` is the number of the request's results. */
  add(place: number, all: number): void {
    if (this.has(place)) return;
    if (this.#bits.length === 0) this.#bits = new Uint8Array((all >> 3) + 1);
    this.#bits[place >> 3] = (this.#bits[place >> 3] ?? 0) | (1 << (place & 7));
    this.#count += 1;
  }
}
