import type { NodeMessageInFlow } from 'node-red';
import type { SendOrder } from '../lib/app/send-order.ts';
import type { PartRecord } from '../lib/outbound/outbox.ts';
import type { Send } from './on-input.ts';
import { ResultsHad } from './results-had.ts';

/** An input message whose results have not all come yet. */
export interface WaitingInput {
  readonly message: NodeMessageInFlow;
  readonly send: Send;
  /** Its own request; the results are those of another if that one came first with its idempotency key. */
  readonly requestId: string;
  /** As it is rebuilt from after a restart. */
  readonly snapshot?: string;
  readonly had: ResultsHad;
  readonly finish: () => void;
}

export type AwaitedOrder = Pick<SendOrder, 'requestId' | 'snapshot'>;

/** The inputs of one node that wait for results, by the request that will bring them. */
export interface WaitingInputs {
  add(order: AwaitedOrder, message: NodeMessageInFlow, send: Send): Promise<void>;
  remove(requestId: string): void;
  /** Lets the inputs of one request wait for another one's results. */
  move(from: string, to: string): readonly WaitingInput[];
  of(requestId: string): readonly WaitingInput[];
  /** Notes that an input had a result; after the last one it no longer waits. */
  note(input: WaitingInput, record: PartRecord): void;
  /** From now on no input waits. */
  finishAll(): void;
}

export function waitingInputs(): WaitingInputs {
  const inputs = new Map<string, readonly WaitingInput[]>();
  let isOver = false;
  const of = (requestId: string): readonly WaitingInput[] => inputs.get(requestId) ?? [];
  const put = (requestId: string, list: readonly WaitingInput[]): void => {
    if (list.length > 0) inputs.set(requestId, list);
    else inputs.delete(requestId);
  };
  return {
    of,
    add: ({ requestId, snapshot }, message, send) =>
      new Promise((finish) => {
        if (isOver) finish();
        else put(requestId, [{ requestId, message, snapshot, send, had: new ResultsHad(), finish }]);
      }),
    remove: (requestId) => inputs.delete(requestId),
    move(from, to) {
      const moved = of(from);
      inputs.delete(from);
      put(to, [...of(to), ...moved]);
      return moved;
    },
    note(input, record) {
      input.had.add(record.index, record.count);
      if (input.had.count < record.count) return;
      put(
        record.requestId,
        of(record.requestId).filter((other) => other !== input),
      );
      input.finish();
    },
    finishAll() {
      isOver = true;
      for (const input of [...inputs.values()].flat()) input.finish();
      inputs.clear();
    },
  };
}
