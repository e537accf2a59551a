import { memoryWebhookQueue } from '../../support/memory-webhook-queue.ts';
import { describeWebhookQueue } from './webhook-contract.ts';

describeWebhookQueue('memoryWebhookQueue', async () => ({
  queue: memoryWebhookQueue(),
  dispose: async () => {},
}));
