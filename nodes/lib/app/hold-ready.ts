/** A compiled mail is held ready while its request is offered to the outbox, and afterwards if it was accepted. */
import type { Acceptance } from '../outbound/outbox.ts';
import type { CompiledMails, ReadyMail } from './compiled-mails.ts';

export interface OfferedMail {
  readonly requestId: string;
  readonly mail: ReadyMail;
  readonly copies: number;
}

export async function holdReady(
  { requestId, mail, copies }: OfferedMail,
  ready: Pick<CompiledMails, 'keep' | 'drop'>,
  offer: () => Promise<Acceptance>,
): Promise<Acceptance> {
  ready.keep(requestId, mail, copies);
  let acceptance: Acceptance | undefined;
  try {
    acceptance = await offer();
    return acceptance;
  } finally {
    if (acceptance?.kind !== 'accepted') ready.drop(requestId);
  }
}
