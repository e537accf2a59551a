/** What the calls of a store fail with comes in; whether it takes what it is given goes out. */
import type { ErrorCode } from '../kernel/error-sentences.ts';
import type { EmailError } from '../kernel/errors.ts';

export interface StoreTrouble {
  /** Undefined while all is well. What is damaged stays so; anything else ends with a probe that succeeds. */
  readonly trouble: EmailError | undefined;
  /** Writes something. Never rejects. */
  probe(): Promise<void>;
  /** One listener, called when trouble begins, becomes another, or ends. */
  onChange(listener: () => void): void;
}

const damages: ReadonlySet<ErrorCode> = new Set(['store-corrupt', 'row-unreadable']);
const ofTheDisk: ReadonlySet<ErrorCode> = new Set(['disk-full', 'store-unavailable', ...damages]);

export class StoreHealth {
  #trouble: EmailError | undefined;
  #listener = (): void => {};

  get trouble(): EmailError | undefined {
    return this.#trouble;
  }

  onChange(listener: () => void): void {
    this.#listener = listener;
  }

  failed(error: EmailError): void {
    if (!ofTheDisk.has(error.code) || this.#trouble?.code === error.code || this.#isDamaged) return;
    this.#trouble = error;
    this.#listener();
  }

  mended(): void {
    if (!this.#trouble || this.#isDamaged) return;
    this.#trouble = undefined;
    this.#listener();
  }

  get #isDamaged(): boolean {
    return this.#trouble !== undefined && damages.has(this.#trouble.code);
  }
}
