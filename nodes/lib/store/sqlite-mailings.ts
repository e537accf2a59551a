/** The port `Mailings`: the copies go into a file of the spool, which the store reads from once the mailing is accepted. */
import { join } from 'node:path';
import type { RowSeal } from '../keys/row-seal.ts';
import type { Mailings } from '../outbound/mailings.ts';
import { DraftFile } from './draft-file.ts';
import { writeLine } from './mailing-lines.ts';
import { postContent } from './open-sqlite-outbox.ts';
import type { Store } from './open-store.ts';

/** UTF-16 units that are joined before they are written. */
const longestText = 64 * 1024;

/** The seal is that of the store's thread, which opens the files. */
export function sqliteMailings({ client }: Pick<Store, 'client'>, folder: string, seal: RowSeal): Mailings {
  return {
    draft(requestId) {
      const spool = `mailing-${requestId}`;
      const file = new DraftFile(join(folder, 'spool', spool), seal);
      let written = 0;
      let isOffered = false;
      return {
        async write(copies) {
          written += copies.length;
          let text = '';
          for (const copy of copies) {
            text += writeLine(copy);
            // one may have as many values as all others together
            if (text.length <= longestText) continue;
            await file.write(text);
            text = '';
          }
          await file.write(text);
        },
        async accept(request) {
          await file.finish();
          const mailing = { ...request, ...postContent(request.content), copies: written, spool };
          isOffered = client.refusal === undefined;
          const acceptance = await client.call('mailing.accept', mailing);
          if (acceptance.kind === 'repeated') await file.abandon();
          return acceptance;
        },
        async drop() {
          // a store that ended before it answered may have accepted it: the next opening knows, and sweeps
          if (!isOffered || client.refusal === undefined) await file.abandon();
        },
      };
    },
  };
}
