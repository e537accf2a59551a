/** What a test webhook tells of: no mail of anybody's. */
import type { EmailEvent } from '../../event/event-log.ts';

export function sampleEvent(id: string, at: number): EmailEvent {
  return {
    id,
    type: 'email.delivered',
    at,
    app: 'Test',
    emailId: 'test-email',
    recipient: 'ann@example.com',
    from: 'shop@example.com',
    class: 'transactional',
    correlationId: 'test',
    callbackData: 'This is a test',
    code: 'delivered',
    provider: 'test',
  };
}
