import type { NewWebhook } from '../../nodes/lib/webhook/webhook-queue.ts';

export function newWebhook(id: string, changes: Partial<NewWebhook> = {}): NewWebhook {
  return {
    id,
    endpoint: 'n1',
    type: 'email.delivered',
    body: `{"type":"email.delivered","data":"${id}"}`,
    acceptedAt: 1000,
    ...changes,
  };
}
