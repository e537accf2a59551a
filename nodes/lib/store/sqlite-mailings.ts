/** The port `Mailings`: the copies go into a file of the spool, which the store reads from once the mailing is accepted. */
import { join } from 'node:path';
import { serialize } from 'node:v8';
import type { Mailings } from '../outbound/mailings.ts';
import { DraftFile } from './draft-file.ts';
import { writeLine } from './mailing-lines.ts';
import type { Store } from './open-store.ts';

export function sqliteMailings({ client }: Pick<Store, 'client'>, folder: string): Mailings {
  return {
    draft(requestId) {
      const spool = `mailing-${requestId}`;
      const file = new DraftFile(join(folder, 'spool', spool));
      let written = 0;
      return {
        write(copies) {
          written += copies.length;
          return file.write(copies.map(writeLine).join(''));
        },
        async accept(request) {
          await file.finish();
          const { from, subject } = request.content;
          const content = serialize(request.content);
          const mailing = { ...request, content, from, subject, copies: written, spool };
          const acceptance = await client.call('mailing.accept', mailing);
          if (acceptance.kind === 'repeated') await file.abandon();
          return acceptance;
        },
        drop: () => file.abandon(),
      };
    },
  };
}
