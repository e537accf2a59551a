/** Mails leave over SMTP: from an SMTP route setting to a Transport. */

import { asEmailError, type EmailError } from '../kernel/errors.ts';
import type { SmtpRoute } from '../settings/app-settings.ts';
import { SmtpConnections } from './smtp-connections.ts';
import { openSmtpSession, type SmtpSession, type SmtpSessionOptions, serverName } from './smtp-session.ts';
import type { OutgoingMail, Receipt, Transport } from './transport.ts';

export interface SmtpTransportOptions extends SmtpSessionOptions {
  /** Connections at the same time. */
  readonly limit: number;
}

export function openSmtpTransport(route: SmtpRoute, options: SmtpTransportOptions): Transport {
  const open = (): Promise<SmtpSession> => openSmtpSession(route, options);
  const connections = new SmtpConnections({ open, clock: options.clock, limit: options.limit });
  return {
    deliver: (mail) => deliver(mail, connections),
    verify: () => verify(route, open),
    close: async () => connections.close(),
  };
}

/** A kept connection that the server gave up meanwhile is nobody's failure: one try on a fresh one. */
async function deliver(mail: OutgoingMail, connections: SmtpConnections): Promise<Receipt> {
  let reused = false;
  const send = (session: SmtpSession): Promise<Receipt> => {
    reused = session.served > 0;
    return session.send(mail);
  };
  try {
    return await connections.use(send);
  } catch (thrown) {
    if (!reused || !isStale(asEmailError(thrown))) throw thrown;
    return await connections.use(send, true);
  }
}

/** Cut before anything was taken, or ended by a 421 that speaks of the connection (not of policy, X.7.X). */
function isStale({ code, detail }: EmailError): boolean {
  if (code === 'connection-lost') return true;
  return detail.smtp === 421 && !String(detail.status).startsWith('4.7.');
}

async function verify(route: SmtpRoute, open: () => Promise<SmtpSession>): Promise<string> {
  const session = await open();
  const found = `Connected to ${serverName(route)} ${session.describe()}.`;
  session.quit();
  return found;
}
