/** Scenes on a file system of its own, of a few megabytes, that is really full or really read-only. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFileSync, existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { EmailError } from '../../nodes/lib/kernel/errors.ts';
import { sealedVault } from '../../nodes/lib/keys/sealed-vault.ts';
import type { AppStore } from '../../nodes/lib/store/open-app-store.ts';
import { keepMail } from '../../nodes/lib/store/write-mail-file.ts';
import type { NewSuppression } from '../../nodes/lib/suppression/suppression-list.ts';
import { newRequest, someContent } from '../support/new-request.ts';
import { newWebhook } from '../support/new-webhook.ts';
import { openTestStore } from '../support/sqlite-suppressions.ts';

const megabyte = 1024 * 1024;
/** The log takes 16 MB at most. */
const reserve = 20 * megabyte;
let root = '';
let filler = '';
let folder = '';

function fillDisk(): void {
  for (const size of [megabyte, 4096, 1])
    try {
      for (;;) appendFileSync(filler, randomBytes(size));
    } catch (error) {
      assert.equal((error as { code?: string }).code, 'ENOSPC');
    }
}
const freeDisk = () => rmSync(filler, { force: true });
const remount = (mode: 'ro' | 'rw') => execFileSync('mount', ['-o', `remount,bind,${mode}`, root]);

const large = { ...someContent, text: 'x'.repeat(400_000) };
const gone = (n: number): NewSuppression => ({
  address: `gone${n}@a.example`,
  cause: 'unsubscribe',
  method: 'one-click',
  at: 1000,
  evidence: { userAgent: 'x'.repeat(200) },
});
const facts = { source: 'smtp', envelope: { to: ['in@a.example'] }, receivedAt: 1000 } as const;
const mailOf = (size: number) => Readable.from([Buffer.alloc(size, 'x')]);

async function refused(work: () => Promise<unknown>, code: string): Promise<EmailError> {
  const thrown = await work().then(
    () => assert.fail(`it was taken instead of ${code}`),
    (error: unknown) => error,
  );
  assert.ok(thrown instanceof EmailError, String(thrown));
  assert.deepEqual([thrown.code, thrown.retryable], [code, true], thrown.message);
  return thrown;
}
const files = () => readdirSync(join(folder, 'spool')).sort();

type Scene = (store: AppStore) => Promise<void>;

/** With a reserve, as each app has one. */
const withReserve: Record<string, Scene> = {
  async 'refuses mails, small and large, and keeps nothing of them'({ outbox, health }) {
    await outbox.accept(newRequest(['first@a.example'], { content: large }));
    const kept = files();
    fillDisk();
    for (const content of [someContent, large])
      await refused(() => outbox.accept(newRequest(['a@a.example'], { content })), 'disk-full');
    assert.deepEqual(
      [await outbox.find('a'), files(), (await outbox.counts(2000)).waiting],
      [undefined, kept, 1],
    );
    assert.equal(health.trouble?.code, 'disk-full');
    await health.probe();
    assert.equal(health.trouble?.code, 'disk-full');
    freeDisk();
    await health.probe();
    assert.equal(health.trouble, undefined);
    assert.deepEqual(await outbox.accept(newRequest(['a@a.example'], { content: large })), {
      kind: 'accepted',
    });
  },
  async 'takes down who leaves, claims, settles and shrinks its reserve'({ outbox, suppressions }) {
    for (let n = 0; n < 20; n += 1) await outbox.accept(newRequest([`a${n}@a.example`]));
    fillDisk();
    const reserved = statSync(join(folder, 'reserve')).size;
    for (let n = 0; n < 400; n += 1) await suppressions.add([gone(n)]);
    const claimed = await outbox.claim(20, 2000);
    const outcome = { at: 3000, state: 'sent', code: 'sent', attempted: true } as const;
    await outbox.settle(
      claimed.map(({ part }) => ({ ...outcome, partId: part.id, reason: 'x'.repeat(5000) })),
    );
    assert.deepEqual([await suppressions.count(), (await outbox.find('a7'))?.state], [400, 'sent']);
    assert.ok(statSync(join(folder, 'reserve')).size < reserved);
  },
  async 'refuses webhooks, notices of Amazon, received mails and lists'(store) {
    fillDisk();
    const { webhooks, notices, inbound, suppressions } = store;
    await refused(() => webhooks.accept([newWebhook('w1')]), 'disk-full');
    const notice = { id: 'n1', kind: 'event', body: '{}', arrivedAt: 1000 } as const;
    await refused(() => notices.accept([notice]), 'disk-full');
    for (const size of [1000, 200_000])
      await refused(() => inbound.accept(mailOf(size), facts, 1e6), 'disk-full');
    const load = await suppressions.startImport(0);
    await refused(() => load.stage([gone(1)]), 'disk-full');
    await load.drop();
    const counts = [await webhooks.counts('n1'), await inbound.counts(), await notices.counts()];
    assert.deepEqual(counts, [
      { waiting: 0, dead: 0 },
      { waiting: 0, setAside: 0 },
      { waiting: 0, setAside: 0 },
    ]);
    assert.deepEqual(files(), []);
    freeDisk();
    await webhooks.accept([newWebhook('w1')]);
    await inbound.accept(mailOf(1000), facts, 1e6);
    assert.equal((await webhooks.counts('n1')).waiting, 1);
  },
};

/** Without one, or when all of it is used: nothing more can be written, and nobody is told that it was. */
const withoutReserve: Record<string, Scene> = {
  async 'says so to whoever leaves, claims or settles, and goes on by itself'({ outbox, suppressions }) {
    for (let n = 0; n < 3; n += 1) await outbox.accept(newRequest([`a${n}@a.example`]));
    const [claimed] = await outbox.claim(1, 2000);
    fillDisk();
    await fillLog(outbox);
    const { message } = await refused(() => suppressions.add([gone(1)]), 'store-unavailable');
    assert.match(message, /cannot be used: the disk is full/);
    await refused(() => outbox.claim(1, 2000), 'store-unavailable');
    const partId = claimed?.part.id ?? '';
    const outcome = {
      partId,
      at: 3000,
      state: 'sent',
      code: 'sent',
      reason: 'x'.repeat(9000),
      attempted: true,
    } as const;
    await refused(() => outbox.settle([outcome]), 'store-unavailable');
    assert.deepEqual([await suppressions.count(), (await outbox.counts(2000)).sending], [0, 1]);
    freeDisk();
    await suppressions.add([gone(1)]);
    assert.equal((await outbox.settle([outcome])).length, 1);
    assert.deepEqual([await suppressions.count(), (await outbox.claim(5, 2000)).length], [1, 2]);
  },
  async 'keeps the secret of before in the vault, and the keys of before'({ outbox, keys }) {
    const vault = sealedVault(outbox, keys, 'app1');
    await vault.write('token', 'old');
    fillDisk();
    await fillLog(outbox);
    await refused(() => vault.write('token', 'x'.repeat(20_000)), 'store-unavailable');
    assert.equal(await vault.read('token'), 'old');
    const { id } = keys.current('page-nonce');
    await refused(() => keys.rotate('page-nonce', 5), 'store-unavailable');
    assert.equal(keys.current('page-nonce').id, id);
    freeDisk();
    await vault.write('token', 'new');
    await keys.rotate('page-nonce', 5);
    assert.equal(await vault.read('token'), 'new');
    assert.notEqual(keys.current('page-nonce').id, id);
  },
  async 'leaves no file of a received mail that did not fit'() {
    fillDisk();
    const file = join(folder, 'spool', 'inbound-x.eml');
    await refused(() => keepMail(mailOf(300_000), file, 1e6, async () => 1e12), 'disk-full');
    assert.deepEqual(files(), []);
  },
  async 'opens what is there, and no new app; that one opens as soon as there is room'({ outbox, close }) {
    await outbox.accept(newRequest(['a@a.example']));
    await close();
    fillDisk();
    const again = await openTestStore(folder);
    assert.equal((await again.outbox.find('a'))?.state, 'queued');
    await again.close();
    const other = join(root, 'other');
    await refused(() => openTestStore(other), 'store-unavailable');
    freeDisk();
    const opened = await openTestStore(other);
    assert.deepEqual(await opened.outbox.accept(newRequest(['a@a.example'])), { kind: 'accepted' });
    await opened.close();
    assert.equal(existsSync(join(other, 'keys.json.part')), false);
  },
  async 'opens nothing on a read-only disk, and all of it when it can be written to'({
    suppressions,
    close,
  }) {
    await suppressions.add([gone(1)]);
    await close();
    remount('ro');
    try {
      await refused(() => openTestStore(folder), 'store-unavailable');
      await refused(() => openTestStore(join(root, 'new')), 'store-unavailable');
    } finally {
      remount('rw');
    }
    const again = await openTestStore(folder);
    assert.equal(await again.suppressions.count(), 1);
    await again.close();
  },
};

/** Until there is no page left in what the log has got already. */
async function fillLog(outbox: AppStore['outbox']): Promise<void> {
  for (let n = 0; n < 5000; n += 1)
    try {
      await outbox.writeNote(`full ${n}`, 'x'.repeat(n < 4000 ? 3500 : 1));
    } catch {
      return;
    }
  assert.fail('the disk does not get full');
}

async function play(scene: Scene, reserveBytes: number): Promise<string | undefined> {
  try {
    const store = await openTestStore(folder, { reserveBytes, maxInboundBytes: 1e9 });
    try {
      await scene(store);
    } finally {
      freeDisk();
      await store.close();
    }
    return undefined;
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  } finally {
    freeDisk();
    for (const name of readdirSync(root)) rmSync(join(root, name), { recursive: true, force: true });
  }
}

export const sceneNames = [...Object.keys(withReserve), ...Object.keys(withoutReserve)];

/** Plays them all in the root of a file system; tells of each how it failed, if it did. */
export async function playScenes(
  place: string,
  tell: (told: { name: string; failure: string | undefined }) => void,
): Promise<void> {
  [root, filler, folder] = [place, join(place, 'filler'), join(place, 'app')];
  for (const [name, scene] of Object.entries(withReserve))
    tell({ name, failure: await play(scene, reserve) });
  for (const [name, scene] of Object.entries(withoutReserve)) tell({ name, failure: await play(scene, 0) });
}
