import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InboundQueue, QueuedMail, ReceiptFacts } from '../../nodes/lib/inbound/inbound-queue.ts';
import { EmailError } from '../../nodes/lib/kernel/errors.ts';

interface Kept {
  readonly id: string;
  readonly facts: ReceiptFacts;
  readonly raw: Buffer;
  state: 'waiting' | 'begun' | 'aside';
  attempts: number;
  acted: boolean;
  asideAt?: number;
}

export interface MemoryInboundQueue extends InboundQueue {
  /** What waits, as it was received. */
  readonly raws: () => readonly string[];
  readonly facts: () => readonly ReceiptFacts[];
}

/** The port `InboundQueue` without a disk, but for the copies that are read. */
export function memoryInboundQueue(): MemoryInboundQueue {
  const mails: Kept[] = [];
  const keys = new Map<string, { id: string; at: number }>();
  const listeners = new Set<() => void>();
  let folder: string | undefined;
  const fileOf = (id: string) => {
    folder ??= mkdtempSync(join(tmpdir(), 'inbound-'));
    return join(folder, `inbound-${id}.eml`);
  };
  const find = (id: string) => mails.find((mail) => mail.id === id);
  const remove = async (mail: Kept) => {
    mails.splice(mails.indexOf(mail), 1);
    await rm(fileOf(mail.id), { force: true });
  };
  return {
    raws: () => mails.map(({ raw }) => raw.toString()),
    facts: () => mails.map(({ facts }) => facts),
    async accept(raw, facts, limit) {
      const chunks: Uint8Array[] = [];
      let size = 0;
      for await (const chunk of raw) {
        size += chunk.byteLength;
        if (size > limit)
          throw new EmailError('mail-too-large', { detail: { limit: (limit / 1_000_000).toFixed(1) } });
        chunks.push(chunk);
      }
      const key = facts.sourceKey && `${facts.source} ${facts.sourceKey}`;
      const earlier = key && keys.get(key);
      if (earlier) return { id: earlier.id, isNew: false };
      const id = randomUUID();
      if (key) keys.set(key, { id, at: facts.receivedAt });
      mails.push({ id, facts, raw: Buffer.concat(chunks), state: 'waiting', attempts: 0, acted: false });
      for (const listener of listeners) listener();
      return { id, isNew: true };
    },
    async begin(unactedOnly = false) {
      const mail = mails.find(({ state, acted }) => state === 'waiting' && !(unactedOnly && acted));
      if (!mail) return undefined;
      mail.state = 'begun';
      const { id, facts, raw, acted } = mail;
      await writeFile(fileOf(id), raw);
      return {
        id,
        facts,
        file: fileOf(id),
        size: raw.length,
        attempts: mail.attempts++,
        acted,
      } satisfies QueuedMail;
    },
    async done(id) {
      const mail = find(id);
      if (mail) await remove(mail);
    },
    async putBack(id, how) {
      const mail = find(id);
      if (mail?.state !== 'begun') return;
      mail.state = 'waiting';
      mail.acted ||= how === 'acted';
      if (how !== 'failed') mail.attempts -= 1;
    },
    async setAside(id, _why, now) {
      Object.assign(find(id) ?? {}, { state: 'aside', asideAt: now });
    },
    async counts() {
      const setAside = mails.filter(({ state }) => state === 'aside').length;
      return { waiting: mails.length - setAside, setAside };
    },
    onArrival(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async prune(keysBefore, asideBefore) {
      for (const [key, { at }] of keys) if (at < keysBefore) keys.delete(key);
      for (const mail of [...mails]) if (Number(mail.asideAt) < asideBefore) await remove(mail);
    },
  };
}
