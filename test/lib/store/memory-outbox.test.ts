import { memoryOutbox, outboxMemory } from '../../support/memory-outbox.ts';
import { describeOutbox } from './outbox-contract.ts';

describeOutbox('memoryOutbox', async () => {
  const memory = outboxMemory();
  return { open: async (opening) => memoryOutbox({ memory, ...opening }), dispose: async () => {} };
});
