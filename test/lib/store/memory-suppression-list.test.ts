import { memorySuppressionList, suppressionMemory } from '../../support/memory-suppression-list.ts';
import { describeSuppressionList } from './suppression-contract.ts';

describeSuppressionList('memorySuppressionList', async () => {
  const memory = suppressionMemory();
  return {
    open: async () => ({ list: memorySuppressionList(memory), close: async () => {} }),
    dispose: async () => {},
  };
});
