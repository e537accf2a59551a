import type { AppStore } from '../../../nodes/lib/store/open-app-store.ts';
import { temporaryFolder } from '../../support/sqlite-outbox.ts';
import { openTestStore } from '../../support/sqlite-suppressions.ts';
import { describeDeliveryRecords } from './delivery-contract.ts';

describeDeliveryRecords('sqliteDeliveryRecords', async () => {
  const { folder, remove } = temporaryFolder();
  let store: AppStore | undefined;
  return {
    async open(unknown = 'hold') {
      await store?.close();
      store = await openTestStore(folder, { unknown });
      return store;
    },
    async dispose() {
      await store?.close();
      remove();
    },
  };
});
