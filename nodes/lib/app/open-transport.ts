/** From an app's route setting to the transport that carries its mail. */
import type { Clock } from '../kernel/clock.ts';
import { EmailError } from '../kernel/errors.ts';
import type { AppSettings } from '../settings/app-settings.ts';
import type { AccessTokens } from '../transport/access-tokens.ts';
import { openCaptureTransport } from '../transport/capture-transport.ts';
import { openSesTransport } from '../transport/ses-transport.ts';
import { openSmtpTransport } from '../transport/smtp-transport.ts';
import type { Transport } from '../transport/transport.ts';

export function openTransport(
  settings: AppSettings,
  { clock, folder, tokens }: { clock: Clock; folder: string; tokens?: AccessTokens },
): Transport {
  const { route, delivery } = settings;
  if (route.kind === 'smtp') return openSmtpTransport(route, { clock, tokens, limit: delivery.concurrency });
  if (route.kind === 'ses') return openSesTransport(route, { clock, concurrency: delivery.concurrency });
  if (route.kind === 'capture') return openCaptureTransport({ folder, clock });
  return closedRoute;
}

/** Route None: list and filter only. */
const closedRoute: Transport = {
  deliver: () => Promise.reject(new EmailError('no-route')),
  verify: () => Promise.reject(new EmailError('no-route')),
  close: () => Promise.resolve(),
};
