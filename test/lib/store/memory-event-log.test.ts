import { memoryEventLog } from '../../support/memory-event-log.ts';
import { eventContract } from './event-contract.ts';

describe('memoryEventLog', () => {
  eventContract(async () => memoryEventLog());
});
