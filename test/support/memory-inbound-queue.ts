import { createHash, randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type {
  AsideMail,
  InboundQueue,
  QueuedMail,
  ReceiptFacts,
} from '../../nodes/lib/inbound/inbound-queue.ts';
import { EmailError } from '../../nodes/lib/kernel/errors.ts';

interface Kept {
  readonly id: string;
  readonly facts: ReceiptFacts;
  readonly raw: Buffer;
  state: 'waiting' | 'begun' | 'aside';
  attempts: number;
  /** 0: not yet. */
  acted: number;
  asideAt?: number;
  why?: string;
}

export interface MemoryInboundQueue extends InboundQueue {
  /** What waits, as it was received. */
  readonly raws: () => readonly string[];
  readonly facts: () => readonly ReceiptFacts[];
}

/** The port `InboundQueue` without a disk, but for the copies that are read. */
export function memoryInboundQueue(maxBytes = Number.POSITIVE_INFINITY): MemoryInboundQueue {
  const mails: Kept[] = [];
  const keys = new Map<string, { id: string; at: number; digest: string }>();
  const listeners = new Set<() => void>();
  let folder: string | undefined;
  const fileOf = (id: string) => {
    folder ??= mkdtempSync(join(tmpdir(), 'inbound-'));
    return join(folder, `inbound-${id}.eml`);
  };
  const find = (id: string) => mails.find((mail) => mail.id === id);
  const aside = () => mails.filter(({ state }) => state === 'aside');
  const shownAside = ({ id, facts, raw, asideAt = 0, why = '' }: Kept): AsideMail => ({
    ...{ id, facts, why },
    file: fileOf(id),
    size: raw.length,
    setAsideAt: asideAt,
  });
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
      const bytes = Buffer.concat(chunks);
      const digest = createHash('sha256').update(bytes).digest('hex');
      if (earlier && facts.source === 'http' && earlier.digest !== digest)
        throw new EmailError('idempotency-conflict', { detail: { value: facts.sourceKey } });
      if (earlier) return { id: earlier.id, isNew: false };
      if (mails.reduce((sum, mail) => sum + mail.raw.length, 0) >= maxBytes)
        throw new EmailError('inbound-full', { detail: { limit: maxBytes / 1_000_000 }, retryable: true });
      const id = randomUUID();
      if (key) keys.set(key, { id, at: facts.receivedAt, digest });
      mails.push({ id, facts, raw: bytes, state: 'waiting', attempts: 0, acted: 0 });
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
        acted: acted > 0,
      } satisfies QueuedMail;
    },
    async done(id) {
      const mail = find(id);
      if (mail) await remove(mail);
    },
    async putBack(id, how, now) {
      const mail = find(id);
      if (mail?.state !== 'begun') return;
      mail.state = 'waiting';
      if (how === 'acted') mail.acted ||= now;
      if (how !== 'failed') mail.attempts -= 1;
    },
    async setAside(id, why, now) {
      Object.assign(find(id) ?? {}, { state: 'aside', asideAt: now, why });
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
    async forgetWaiting(actedBefore) {
      const old = mails.filter(({ state, acted }) => state === 'waiting' && acted > 0 && acted < actedBefore);
      for (const mail of old) await remove(mail);
      return old.length;
    },
    async listAside(limit) {
      const newest = aside().sort((one, other) => Number(other.asideAt) - Number(one.asideAt));
      return newest.slice(0, limit).map(shownAside);
    },
    async openAside(id) {
      const mail = aside().find((one) => one.id === id);
      if (mail) await writeFile(fileOf(id), mail.raw);
      return mail && shownAside(mail);
    },
    async retryAside(id, now) {
      const chosen = aside().filter((mail) => id === undefined || mail.id === id);
      for (const mail of chosen) {
        Object.assign(mail, { state: 'waiting', attempts: 0, asideAt: undefined });
        if (mail.acted > 0) mail.acted = now;
      }
      return chosen.length;
    },
    async forgetAside(id) {
      const mail = aside().find((one) => one.id === id);
      if (mail) await remove(mail);
    },
  };
}
