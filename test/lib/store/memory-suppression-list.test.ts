import { memorySuppressionList, suppressionMemory } from '../../support/memory-suppression-list.ts';
import { describeSuppressionList } from './suppression-contract.ts';

describeSuppressionList('memorySuppressionList', async () => {
  const memory = suppressionMemory();
  return {
    open: async (options) => ({ list: memorySuppressionList(memory, options), close: async () => {} }),
    dispose: async () => {},
  };
});
