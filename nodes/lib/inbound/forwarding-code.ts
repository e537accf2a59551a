/** What a mail service asks to have confirmed before it forwards comes in; it is kept sealed, the last one, for a person. */
import type { Vault } from '../keys/vault.ts';
import type { InboundMessage } from './mail-listener.ts';

export interface ForwardingCode {
  /** ms since the epoch */
  readonly at: number;
  /** Address of the service. */
  readonly from: string;
  readonly code?: string;
  /** Of the service's own site; nobody here follows it. */
  readonly link?: string;
}

const secretName = 'forwarding-code';

export class ForwardingCodes {
  readonly #vault: Pick<Vault, 'read' | 'write'>;
  #last: Promise<ForwardingCode | undefined> | undefined;

  constructor(vault: Pick<Vault, 'read' | 'write'>) {
    this.#vault = vault;
  }

  /** Of any other mail nothing is kept. On disk when it resolves. */
  async take({ mail, receivedAt: at }: InboundMessage): Promise<void> {
    const { confirmation, from } = mail;
    if (!confirmation) return;
    const { code, link } = confirmation;
    const last: ForwardingCode = { at, from: from?.address ?? '', code, link };
    await this.#vault.write(secretName, JSON.stringify(last));
    this.#last = Promise.resolve(last);
  }

  /** Undefined if none came. Throws what the store throws. */
  last(): Promise<ForwardingCode | undefined> {
    this.#last ??= this.#read();
    this.#last.catch(() => {
      this.#last = undefined;
    });
    return this.#last;
  }

  async #read(): Promise<ForwardingCode | undefined> {
    const text = await this.#vault.read(secretName);
    return text === undefined ? undefined : (JSON.parse(text) as ForwardingCode);
  }
}
