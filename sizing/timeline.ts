/** Simulated time: what is to happen when comes in, and happens in the order of its time. In ms from the start. */

interface Event {
  readonly at: number;
  /** Of two at the same time the first that was planned goes first. */
  readonly place: number;
  readonly happen: () => void;
}

export class Timeline {
  #now = 0;
  #planned = 0;
  /** A binary heap. */
  readonly #events: Event[] = [];

  get now(): number {
    return this.#now;
  }

  after(ms: number, happen: () => void): void {
    this.#planned += 1;
    this.#events.push({ at: this.#now + ms, place: this.#planned, happen });
    this.#rise(this.#events.length - 1);
  }

  /** Until a time, or until nothing is planned any more. */
  runUntil(end: number): void {
    for (let next = this.#events[0]; next && next.at <= end; next = this.#events[0]) {
      this.#removeFirst();
      this.#now = next.at;
      next.happen();
    }
    this.#now = Math.max(this.#now, end);
  }

  #removeFirst(): void {
    const last = this.#events.pop();
    if (!last || this.#events.length === 0) return;
    this.#events[0] = last;
    this.#sink(0);
  }

  #rise(from: number): void {
    let place = from;
    while (place > 0) {
      const above = (place - 1) >> 1;
      if (!this.#isBefore(place, above)) return;
      this.#swap(place, above);
      place = above;
    }
  }

  #sink(from: number): void {
    let place = from;
    for (;;) {
      let first = place;
      for (const below of [2 * place + 1, 2 * place + 2])
        if (below < this.#events.length && this.#isBefore(below, first)) first = below;
      if (first === place) return;
      this.#swap(place, first);
      place = first;
    }
  }

  #isBefore(one: number, other: number): boolean {
    const [a, b] = [this.#events[one] as Event, this.#events[other] as Event];
    return a.at < b.at || (a.at === b.at && a.place < b.place);
  }

  #swap(one: number, other: number): void {
    const events = this.#events;
    [events[one], events[other]] = [events[other] as Event, events[one] as Event];
  }
}
