import { StoreClient } from '../../nodes/lib/store/store-client.ts';

/** Counts the calls that stores of this process have not answered yet. */
export function watchStores() {
  const { call } = StoreClient.prototype;
  let pending = 0;
  StoreClient.prototype.call = function counted(this: StoreClient<never>, ...order: [never, never]) {
    pending += 1;
    return call.apply(this, order).finally(() => {
      pending -= 1;
    });
  } as typeof call;
  return {
    pending: () => pending,
    end: () => {
      StoreClient.prototype.call = call;
    },
  };
}
