/** A request and the headers it came with come in; it goes on with its caller's name, or is refused. */
import type { Clock } from '../kernel/clock.ts';
import { EmailError } from '../kernel/errors.ts';
import { isPlainRecord } from '../kernel/plain-record.ts';
import type { SendFields } from '../request/send-fields.ts';
import { type ApiKey, callerOf } from './api-keys.ts';
import { CallerRates } from './caller-rates.ts';
import { idempotencyHeader } from './idempotency-header.ts';

export interface DoorSettings {
  readonly keys: readonly ApiKey[];
  /** The header that holds the key, in lower case; undefined: `Authorization: Bearer`. */
  readonly header?: string;
  /** Destinations a minute and caller; undefined: any number. */
  readonly perMinute?: number;
}

/** To, Cc and Bcc of one request together. */
export const mostDestinations = 1000;

export class RequestDoor {
  readonly #settings: DoorSettings;
  readonly #rates: CallerRates | undefined;

  constructor(settings: DoorSettings, clock: Clock) {
    const { perMinute } = settings;
    this.#settings = settings;
    this.#rates = perMinute === undefined ? undefined : new CallerRates(perMinute, clock);
  }

  /**
   * `headers` are those of the HTTP request, by lower-case name; `read` reads its body, which nothing is told of to whom has
   * no key. Throws EmailError: `bad-api-key`, `too-many-recipients`, `too-many-requests`, and what `read` throws.
   */
  enter(headers: unknown, read: () => SendFields): SendFields {
    const given = isPlainRecord(headers) ? headers : {};
    const caller = this.#callerOf(given);
    const fields = read();
    this.#count(caller, destinationsOf(fields));
    const idempotencyKey = fields.idempotencyKey ?? idempotencyHeader(given['idempotency-key']);
    return { ...fields, caller, idempotencyKey };
  }

  #callerOf(headers: Readonly<Record<string, unknown>>): string {
    const { header, keys } = this.#settings;
    const value = headers[header ?? 'authorization'];
    const text = typeof value === 'string' ? value : '';
    const key = header ? text : /^bearer +(\S+)$/i.exec(text)?.[1];
    const caller = callerOf(key ?? '', keys);
    if (caller !== undefined) return caller;
    const detail = {
      value: header ?? 'Authorization',
      scheme: header ? `ApiKey header="${header}"` : 'Bearer',
    };
    throw new EmailError('bad-api-key', { detail });
  }

  #count(caller: string, count: number): void {
    if (count > mostDestinations) {
      throw new EmailError('too-many-recipients', {
        field: 'to',
        detail: { count, limit: mostDestinations },
      });
    }
    const wait = this.#rates?.take(caller, count) ?? 0;
    if (wait === 0) return;
    const detail = { count: this.#settings.perMinute ?? 0, seconds: Math.ceil(wait / 1000) };
    throw new EmailError('too-many-requests', { detail, retryable: true });
  }
}

function destinationsOf({ to, cc, bcc }: SendFields): number {
  return [to, cc, bcc].reduce<number>((sum, list) => sum + (Array.isArray(list) ? list.length : 0), 0);
}
