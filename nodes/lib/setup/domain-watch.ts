/** A domain that SES was asked to verify comes in; that it was verified, or given up, is told once. */

import type { Clock } from '../kernel/clock.ts';
import { asEmailError, type EmailError } from '../kernel/errors.ts';
import type { Notes } from '../kernel/notes.ts';
import { explainState } from './identity/identity-report.ts';
import type { SesIdentities, SesIdentity } from './ports/ses-ports.ts';

export interface DomainWatchPorts {
  readonly ses: Pick<SesIdentities, 'getEmailIdentity'>;
  readonly clock: Clock;
  /** So that nothing is told again after a restart. */
  readonly notes: Notes;
}

/** `app.domain-verified` when SES lets the domain send; `app.domain-failed` when it stopped looking. */
export interface DomainEvent {
  readonly type: 'app.domain-verified' | 'app.domain-failed';
  readonly domain: string;
  /** ms since the epoch */
  readonly at: number;
  readonly why: string;
}

export interface DomainListener {
  tell(event: DomainEvent): void;
  /** SES could not be asked; it is asked again. */
  onTrouble(failure: EmailError): void;
}

const minute = 60_000;
/** The first hour every minute, later every quarter of an hour: most records are found soon or late. */
const pauses = { early: minute, late: 15 * minute, earlyFor: 60 * minute };

/** Asks until SES has decided; the returned function ends it. */
export function watchDomain(domain: string, ports: DomainWatchPorts, listener: DomainListener): () => void {
  const { clock } = ports;
  const began = clock.now();
  let callOff = () => {};
  let isOver = false;
  const ask = async (): Promise<void> => {
    const decided = await lookOnce(domain, ports, listener);
    if (isOver || decided) return;
    const pause = clock.now() - began < pauses.earlyFor ? pauses.early : pauses.late;
    callOff = clock.after(pause, () => void ask());
  };
  void ask();
  return () => {
    isOver = true;
    callOff();
  };
}

/** True when there is nothing more to ask. Never rejects. */
async function lookOnce(domain: string, ports: DomainWatchPorts, listener: DomainListener): Promise<boolean> {
  try {
    const identity = await ports.ses.getEmailIdentity(domain);
    return await settle(domain, identity, { ...ports, tell: (event) => listener.tell(event) });
  } catch (thrown) {
    listener.onTrouble(asEmailError(thrown));
    return false;
  }
}

async function settle(
  domain: string,
  identity: SesIdentity | undefined,
  { notes, clock, tell }: DomainWatchPorts & Pick<DomainListener, 'tell'>,
): Promise<boolean> {
  const state = stateOf(identity);
  const note = `setup.told.${domain}`;
  const told = await notes.readNote(note);
  if (state === 'pending') {
    if (told !== undefined) await notes.writeNote(note, undefined);
    return false;
  }
  if (told === state) return true;
  await notes.writeNote(note, state);
  const why = explainState(identity?.state ?? 'NOT_STARTED', identity?.errorType);
  tell({ type: `app.domain-${state}`, domain, at: clock.now(), why });
  return true;
}

/** A domain that is not in SES may still be made. */
function stateOf(identity: SesIdentity | undefined): 'verified' | 'failed' | 'pending' {
  if (identity?.verified) return 'verified';
  return identity?.state === 'FAILED' ? 'failed' : 'pending';
}
