/** What the set-up of an app makes in the account of the stand-in, by the project's own set-up. */
import { awsClients } from '../../nodes/lib/aws/aws-clients.ts';
import { systemClock } from '../../nodes/lib/kernel/clock.ts';
import type { AwsAccess } from '../../nodes/lib/settings/app-settings.ts';
import { eventPlumbing } from '../../nodes/lib/setup/event-plumbing.ts';
import { inboundPlumbing } from '../../nodes/lib/setup/inbound-plumbing.ts';
import { setupOverAws } from '../../nodes/lib/setup/ports/setup-over-aws.ts';
import { setupNames } from '../../nodes/lib/setup/setup-names.ts';

/** For the domain example.com; all notices come by queues. */
export async function setUpSes(access: AwsAccess, appId = 'app00001'): Promise<void> {
  const clients = awsClients(access, systemClock);
  const ports = setupOverAws(clients, access.region, (call) => call());
  const { inbound, events, configurationSet, ...names } = setupNames(appId);
  const receiving = { ...names, recipients: ['example.com'], expiryDays: 7, requireTls: false };
  await inboundPlumbing(ports).apply(
    { ...receiving, topic: inbound, destination: { kind: 'sqs', queue: inbound } },
    () => {},
  );
  const tracking = { trackOpens: true, trackClicks: true };
  await eventPlumbing(ports).apply(
    { ...tracking, configurationSet, topic: events, destination: { kind: 'sqs', queue: events } },
    () => {},
  );
  await clients.close();
}
