/** Copies come in one by one, leave in requests of up to 50, and each is answered by itself. */
import type { AwsClients } from '../aws/aws-clients.ts';
import { bulkFailure } from '../aws/bulk-failure.ts';
import type { Clock } from '../kernel/clock.ts';
import type { ErrorCode } from '../kernel/error-sentences.ts';
import { asEmailError, EmailError } from '../kernel/errors.ts';
import type { OwnPart } from '../mail/shared-mail.ts';
import type { SesRoute } from '../settings/app-settings.ts';
import { bulkKey, bulkRequest } from './ses-bulk-request.ts';
import { mostInLot } from './ses-lots.ts';
import { inSandbox, readSesId, sesReceipt } from './ses-receipt.ts';
import type { Receipt, SharedCopy } from './transport.ts';

export interface SesBulkOptions {
  readonly route: SesRoute;
  readonly clients: Pick<AwsClients, 'sesv2'>;
  readonly clock: Clock;
}

/** ms that a copy waits for others of its mail. */
const gatheringTime = 5;
/** Bytes of the copies' own texts in a request; SES takes 1 MB in all. */
const mostOwnText = 250_000;

interface Waiting {
  readonly copy: SharedCopy;
  readonly resolve: (receipt: Receipt) => void;
  readonly reject: (failure: unknown) => void;
}

interface Lot {
  readonly waiting: Waiting[];
  size: number;
  readonly callOff: () => void;
}

export class SesBulk {
  readonly #options: SesBulkOptions;
  readonly #lots = new Map<string, Lot>();

  constructor(options: SesBulkOptions) {
    this.#options = options;
  }

  deliver(copy: SharedCopy): Promise<Receipt> {
    const key = bulkKey(copy);
    return new Promise((resolve, reject) => {
      const lot = this.#lotFor(key);
      lot.waiting.push({ copy, resolve, reject });
      lot.size += sizeOf(copy.own);
      if (lot.waiting.length >= mostInLot || lot.size >= mostOwnText) this.#leave(key);
    });
  }

  #lotFor(key: string): Lot {
    const open = this.#lots.get(key);
    if (open) return open;
    const callOff = this.#options.clock.after(gatheringTime, () => this.#leave(key));
    const lot: Lot = { waiting: [], size: 0, callOff };
    this.#lots.set(key, lot);
    return lot;
  }

  #leave(key: string): void {
    const lot = this.#lots.get(key);
    this.#lots.delete(key);
    lot?.callOff();
    if (lot) void this.#send(lot.waiting);
  }

  async #send(waiting: readonly Waiting[]): Promise<void> {
    const { route, clients } = this.#options;
    const copies = waiting.map(({ copy }) => copy);
    const answer = await clients.sesv2('SendBulkEmail', bulkRequest(copies, route)).catch(asEmailError);
    if (answer instanceof EmailError) return this.#sendAgain(waiting, answer);
    const results = answer.BulkEmailEntryResults ?? [];
    // with one too few or too many, nobody knows whose is whose
    const isWhole = results.length === waiting.length;
    for (const [index, one] of waiting.entries()) settle(one, isWhole ? results[index] : undefined, route);
  }

  /** One copy that SES does not take makes it refuse all: then nobody has it, and each half is tried alone. */
  async #sendAgain(waiting: readonly Waiting[], failure: EmailError): Promise<void> {
    if (waiting.length > 1 && aboutCopies.has(failure.code)) {
      const middle = Math.ceil(waiting.length / 2);
      await this.#send(waiting.slice(0, middle));
      await this.#send(waiting.slice(middle));
      return;
    }
    for (const { copy, reject } of waiting) reject(inSandbox(failure, copy.envelope.to));
  }
}

function sizeOf({ fills, headers }: OwnPart): number {
  const texts = [...fills, ...headers.flatMap(({ name, value }) => [name, value])];
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
}

/** What says that SES read the request and took nothing of it. */
const aboutCopies: ReadonlySet<ErrorCode> = new Set(['message-refused', 'ses-unverified']);

/** As it came: nothing makes sure that it is what its types say. */
interface EntryResult {
  readonly Status?: unknown;
  readonly Error?: unknown;
  readonly MessageId?: unknown;
}

function settle({ copy, resolve, reject }: Waiting, result: EntryResult | undefined, route: SesRoute): void {
  const { to } = copy.envelope;
  const { Status: status, Error: words, MessageId } = result ?? {};
  const id = status === 'SUCCESS' ? readSesId(MessageId) : undefined;
  if (id !== undefined) resolve(sesReceipt({ id, accepted: to, refused: [] }, route.aws.region));
  else if (typeof status !== 'string' || status === 'SUCCESS') reject(new EmailError('no-answer'));
  else reject(inSandbox(bulkFailure(status, typeof words === 'string' ? words : ''), to));
}
