import { temporaryFolder } from '../../support/sqlite-outbox.ts';
import { openTestStore } from '../../support/sqlite-suppressions.ts';
import { describeNoticeBox } from './notice-contract.ts';

describeNoticeBox('sqliteNoticeBox', async () => {
  const { folder, remove } = temporaryFolder();
  let store = await openTestStore(folder);
  return {
    box: store.notices,
    async reopen() {
      await store.close();
      store = await openTestStore(folder);
      return store.notices;
    },
    async dispose() {
      await store.close();
      remove();
    },
  };
});
