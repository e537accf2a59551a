import { memoryInboundQueue } from '../../support/memory-inbound-queue.ts';
import { describeInboundQueue } from './inbound-contract.ts';

describeInboundQueue('memoryInboundQueue', async () => ({
  open: async (maxBytes) => memoryInboundQueue(maxBytes),
  dispose: async () => {},
}));
