/** Records of old mails are deleted, and their files with them; killed in between, waiting mails are whole. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Outbox } from '../../../nodes/lib/outbound/outbox.ts';
import { openTestOutbox } from '../../support/sqlite-outbox.ts';
import { killNow, linesOf, startLoad, untilWritten } from '../killed-process.ts';
import { contentOf } from '../pruning-terms.ts';
import { Ledger, type Orders, type Scenario, type Toll } from '../scenario.ts';

export const pruning: Scenario = {
  name: 'prune',
  subject: 'the deletion of old mails',
  promise: 'keeps every waiting mail with all of its content, and leaves no file of another',
  kills: 4,
  leastPerKill: 3,
  states: ['waiting', 'pruned'],
  controls: [
    { mode: 'early', fault: 'losing mail: it speaks too early', in: 'lost', kills: 4 },
    { mode: 'hasty', fault: 'deleting the file of a waiting mail', in: 'lost', kills: 1 },
  ],
  run,
};

async function run({ folder: parent, kills, mode, onKill }: Orders): Promise<Toll> {
  const folder = join(parent, 'app');
  const ledger = new Ledger();
  const accepted = new Set<string>();
  const settling = new Set<string>();
  for (let index = 0; index < kills; index += 1) {
    const load = startLoad('pruning-load.ts', [folder, index, mode], join(parent, `${index}.log`));
    await untilWritten(load, 'accepted');
    await wait(Math.random() * 500);
    await killNow(load);
    const lines = linesOf(load.log);
    for (const [verb, word = ''] of lines) {
      if (verb === 'accepted') accepted.add(word);
      if (verb === 'settling') settling.add(word);
    }
    ledger.kills += 1;
    if (lines.some(([verb, word]) => verb === 'pruned' && word !== '0')) ledger.noteFound('pruned');
    if ([...accepted].some((id) => !settling.has(id))) ledger.noteFound('waiting');
    onKill();
  }
  ledger.accepted = accepted.size;
  const outbox = await openTestOutbox(folder, { now: Date.now(), unknown: 'resend' });
  const sent = await sendRest(outbox, ledger);
  await outbox.prune(Date.now() + 1, 0);
  await outbox.close();
  ledger.lost.push(...[...accepted].filter((id) => !sent.has(id) && !settling.has(id)));
  ledger.wrong.push(...readdirSync(join(folder, 'spool')).map((name) => `${name} is left`));
  return ledger;
}

/** All that waits has its content. */
async function sendRest(outbox: Outbox, ledger: Ledger): Promise<Set<string>> {
  const sent = new Set<string>();
  const at = Date.now() + 1;
  for (;;) {
    const entries = await outbox.claim(100, at);
    if (entries.length === 0) return sent;
    for (const { part, contentId } of entries) {
      const content = await outbox.content(contentId).catch(() => undefined);
      if (content?.text !== contentOf(part.id)) ledger.lost.push(`the content of ${part.id}`);
      sent.add(part.id);
    }
    const outcome = { at, state: 'sent', code: 'sent', reason: '', attempted: true } as const;
    await outbox.settle(entries.map(({ part }) => ({ partId: part.id, ...outcome })));
  }
}
