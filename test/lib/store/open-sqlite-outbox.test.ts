import { join } from 'node:path';
import { openTestOutbox, temporaryFolder } from '../../support/sqlite-outbox.ts';
import { describeOutbox } from './outbox-contract.ts';

describeOutbox('openSqliteOutbox', async () => {
  const { folder, remove } = temporaryFolder();
  return {
    open: (opening) => openTestOutbox(join(folder, 'app'), opening),
    dispose: async () => remove(),
  };
});
