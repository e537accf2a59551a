/** An app that sends its own domain through SES; what SES decides about the domain is told once. */
import { awsClients } from '../aws/aws-clients.ts';
import type { NewEvent } from '../event/event-log.ts';
import type { Clock } from '../kernel/clock.ts';
import type { EmailError } from '../kernel/errors.ts';
import type { Notes } from '../kernel/notes.ts';
import type { AppSettings } from '../settings/app-settings.ts';
import { watchDomain } from '../setup/domain-watch.ts';
import { identitiesOverAws } from '../setup/ports/identities-over-aws.ts';

export interface DomainWatching {
  readonly settings: Pick<AppSettings, 'route' | 'domain'>;
  readonly notes: Notes;
  readonly clock: Clock;
  readonly tell: (event: NewEvent) => void;
}

/** Without the right to ask, the keys or the package, asking again is of no use; the route says so by itself. */
const hopeless: ReadonlySet<EmailError['code']> = new Set([
  'aws-denied',
  'aws-keys-refused',
  'missing-package',
]);

/** The returned function ends it. */
export function watchOwnDomain({ settings, notes, clock, tell }: DomainWatching): () => Promise<void> {
  const { route, domain } = settings;
  if (route.kind !== 'ses' || domain === undefined) return async () => {};
  const clients = awsClients(route.aws, clock, { connections: 1 });
  const ports = { ses: identitiesOverAws(clients.sesv2, clients.ses), clock, notes };
  const stop = watchDomain(domain, ports, {
    tell: ({ type, at, why }) => tell({ type, at, detail: { domain, why } }),
    onTrouble: ({ code }) => {
      if (hopeless.has(code)) stop();
    },
  });
  return () => {
    stop();
    return clients.close();
  };
}
