import { randomUUID } from 'node:crypto';
import type { NodeAPI } from 'node-red';
import type { EmailApp } from '../lib/app/email-app.ts';
import type { Clock } from '../lib/kernel/clock.ts';
import type { DomainLook } from '../lib/overview/domain-look.ts';
import { readSetupSettings } from '../lib/settings/read-setup-settings.ts';
import type { SetupReport } from '../lib/setup/setup-report.ts';
import { dnsServersOf } from './dns-servers.ts';
import type { Fields } from './read-app-config.ts';

interface Asking {
  readonly config: Fields;
  readonly credentials: Fields;
  readonly clock: Clock;
}

/** What DNS and SES say of an app's domain; the config says what was to be set up. Loaded when it is needed first. */
export async function lookAtOwnDomain(RED: NodeAPI, app: EmailApp, asking: Asking): Promise<DomainLook> {
  const { lookAtDomain } = await import('../lib/overview/domain-look.ts');
  const { dnsLookup } = await import('../lib/setup/dns/dns-lookup.ts');
  const servers = dnsServersOf(RED);
  const askSes = () => reportOf(app, asking, servers);
  return lookAtDomain(app.settings, { dns: dnsLookup({ servers }), askSes });
}

async function reportOf(
  { settings, notes }: EmailApp,
  { config, credentials, clock }: Asking,
  dnsServers: readonly string[] | undefined,
): Promise<SetupReport> {
  const { SetupDesk } = await import('../lib/setup/setup-desk.ts');
  const { politeCalls } = await import('../lib/setup/polite-calls.ts');
  const world = { clock, newId: randomUUID, dnsServers, calls: politeCalls(clock), notes };
  const desk = new SetupDesk(settings, readSetupSettings(config, credentials), world);
  try {
    return await desk.look();
  } finally {
    await desk.close();
  }
}
