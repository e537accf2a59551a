import type { WebhookSettings } from '../../nodes/lib/webhook/webhook-settings.ts';

export const hookUrl = 'https://crm.example/hook?key=secret';

export function webhookSettings(changes: Partial<WebhookSettings> = {}): WebhookSettings {
  return {
    endpoint: 'n1',
    name: 'CRM',
    url: hookUrl,
    format: { kind: 'standard' },
    secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
    authorizations: {},
    allowedHosts: [],
    concurrency: 2,
    timeout: 10_000,
    giveUpAfter: 3 * 86_400_000,
    ...changes,
  };
}
