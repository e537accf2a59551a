import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { OutboxEntry, Settlement } from '../../../nodes/lib/outbound/outbox.ts';
import type { AppStore, AppStoreOptions } from '../../../nodes/lib/store/open-app-store.ts';
import { makeOlderFolder, newestVersion, rowsOfTable } from '../../crash/older-folder.ts';
import { buildContent } from '../../support/build-content.ts';
import { newPart, newRequest } from '../../support/new-request.ts';
import { newWebhook } from '../../support/new-webhook.ts';
import { temporaryFolder } from '../../support/sqlite-outbox.ts';
import { openTestStore, storeWorker } from '../../support/sqlite-suppressions.ts';

const from = { address: 'shop@sender.example', name: 'Shop' };
const owner = { appId: 'app1', name: 'Shop' };

/** Each stands for a kind of words, and stands nowhere else. */
const words = {
  'a recipient': 'ann@readers.example',
  'a recipient’s name': 'Annabella',
  'a Cc recipient': 'copied@readers.example',
  'a recipient of a list': 'list7@readers.example',
  'a value': 'valuable',
  'a subject': 'Confidential',
  'a copy’s own subject': 'Personally',
  'a body': 'bodily',
  'a body with a large attachment': 'voluminous',
  'an attachment': 'enclosed',
  'callback data': 'rememberme',
  'where to tell of it': 'notifying',
  'the flow’s message': 'flowing',
  'a server’s words': 'unknowable',
  'an address in a server’s words': 'mentioned@readers.example',
  'an address that was taken first': 'taken@readers.example',
  'what is unknown': 'stranded@readers.example',
  'an event’s recipient': 'eventful@readers.example',
  'an event’s detail': 'eventuality',
  'an event’s key': 'keyed@readers.example',
  'a delivery’s recipient': 'delivered@readers.example',
  'a delivery’s reason': 'greylisted',
  'a notice': 'noticed@readers.example',
  'a webhook’s body': 'hooked@readers.example',
  'a webhook’s message': 'messaged',
  'a webhook’s address': 'pathological',
  'why a webhook waits': 'sleepless',
  'why a webhook is dead': 'lifeless',
  'a drawn copy': 'drawn0@readers.example',
  'why a domain is paused': 'congested',
} as const;
const w = words;
const undrawn = 'drawn1@readers.example';
const unaccepted = 'drafted@readers.example';

describe('what an app’s files tell', () => {
  let folder: string;
  let remove: () => void;
  beforeEach(() => {
    ({ folder, remove } = temporaryFolder());
  });
  afterEach(() => remove());

  const open = (options: Partial<AppStoreOptions> = {}) => openTestStore(folder, { owner, ...options });

  /** Those of the words that stand in any file. */
  function found(looked: Readonly<Record<string, string>>): string[] {
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((name) => join(folder, name))
      .filter((file) => statSync(file).isFile())
      .map((file) => readFileSync(file));
    const stands = (word: string) => files.some((bytes) => bytes.includes(word));
    return Object.entries(looked).flatMap(([kind, word]) => (stands(word) ? [kind] : []));
  }

  const settle = (entry: OutboxEntry, outcome: Partial<Settlement>): Settlement => ({
    partId: entry.part.id,
    at: 2000,
    state: 'sent',
    code: 'sent',
    reason: `250 ${w['a server’s words']}`,
    attempted: true,
    ...outcome,
  });
  const settlements: Readonly<Record<string, Partial<Settlement>>> = {
    cat: {
      state: 'failed',
      code: 'refused',
      refused: [
        { address: w['an address in a server’s words'], code: 'refused', reason: w['a server’s words'] },
      ],
    },
    dan: { state: 'later', dueAt: 9000, recipients: ['dan@readers.example'] },
  };

  async function accept({ outbox, mailings }: AppStore): Promise<void> {
    const text = `Good day ${w['a body']}`;
    const content = { ...buildContent({ from, text }), subject: w['a subject'] };
    const notify = { url: `https://crm.example/${w['where to tell of it']}` };
    const message = JSON.stringify({ payload: w['the flow’s message'] });
    const more = { content, notify, message, callbackData: w['callback data'] };
    const to = { address: w['a recipient'], name: w['a recipient’s name'] };
    const own = { to, values: { word: w['a value'] }, subject: w['a copy’s own subject'] };
    const parts = [newPart(w['a recipient'], { ...own, riders: [w['a Cc recipient']] })];
    await outbox.accept({ ...newRequest([], { id: 'one', ...more }), parts });
    const list = Array.from({ length: 20 }, (_, place) => `list${place}@readers.example`);
    await outbox.accept(newRequest(list, { id: 'list' }));
    const attachments = [{ filename: 'a.bin', content: Buffer.from(w['an attachment'].repeat(60_000)) }];
    const large = buildContent({ from, text: w['a body with a large attachment'], attachments } as never);
    await outbox.accept(newRequest(['cat@readers.example'], { id: 'large', content: large }));
    const dan = newPart('dan@readers.example', {
      recipients: [w['an address that was taken first'], 'dan@readers.example'],
    });
    await outbox.accept({ ...newRequest([], { id: 'dans' }), parts: [dan] });
    await outbox.accept(newRequest([w['what is unknown']], { id: 'last', dueAt: 1500 }));
    const draft = mailings.draft('mailing');
    await draft.write([w['a drawn copy'], undrawn].map((address) => ({ to: { address }, values: {} })));
    const { parts: _none, ...mailing } = newRequest([], { id: 'mailing', dueAt: 1600 });
    await draft.accept(mailing);
    const other = mailings.draft('never');
    await other.write(Array.from({ length: 60_000 }, () => ({ to: { address: unaccepted }, values: {} })));
  }

  async function tell({ events, deliveries, notices }: AppStore): Promise<void> {
    await events.append([
      {
        type: 'email.bounced',
        at: 2000,
        emailId: 'ann',
        recipient: w['an event’s recipient'],
        key: `report ${w['an event’s key']}`,
        detail: { why: w['an event’s detail'] },
      },
    ]);
    const told = { partId: 'ann', state: 'bounced', at: 2000, reason: w['a delivery’s reason'] } as const;
    await deliveries.note([{ ...told, recipient: w['a delivery’s recipient'] }], []);
    await notices.accept([{ id: 'n1', kind: 'event', arrivedAt: 1, body: `{"to":"${w['a notice']}"}` }]);
  }

  async function post({ webhooks }: AppStore): Promise<void> {
    const target = { url: `https://crm.example/${w['a webhook’s address']}` };
    const more = { body: w['a webhook’s body'], message: w['a webhook’s message'], target };
    await webhooks.accept([newWebhook('h1', more), newWebhook('h2', more)]);
    await webhooks.claim('n1', 5, 2000);
    await webhooks.settle('n1', [
      { id: 'h1', kind: 'later', dueAt: 9000, why: w['why a webhook waits'] },
      { id: 'h2', kind: 'dead', at: 2000, code: 'gone', why: w['why a webhook is dead'] },
    ]);
  }

  /** Sends in every way, and leaves one in hand. */
  async function live(store: AppStore): Promise<void> {
    const { outbox } = store;
    await accept(store);
    const entries = await outbox.claim(23, 1400);
    assert.equal(entries.length, 23);
    await outbox.settle(entries.map((entry) => settle(entry, settlements[entry.part.id] ?? {})));
    await tell(store);
    await post(store);
    await outbox.claim(1, 1500);
    await outbox.claim(1, 1600);
    await outbox.pauseDomain('other.example', 5000, w['why a domain is paused']);
  }

  it('has no address and no word of a mail in any of them, but those of the suppression list', async () => {
    const store = await open();
    await live(store);
    const listed = 'left@readers.example';
    await store.suppressions.add([{ address: listed, cause: 'unsubscribe', method: 'page', at: 1 }]);
    const all = { ...words, undrawn, unaccepted };
    assert.equal((await store.outbox.partsOf('mailing', 0, 5)).length, 1);
    assert.equal(readdirSync(join(folder, 'spool')).length, 3);
    assert.ok(statSync(join(folder, 'app.sqlite-wal')).size > 0);
    assert.deepEqual(found({ ...all, listed, from: from.address }), ['listed', 'from']);
    await store.close();
    assert.deepEqual(found(all), []);
    // what was in hand is unknown from here on
    const again = await open({ now: 5000 });
    assert.equal((await again.outbox.find('stranded'))?.state, 'unknown');
    await again.close();
    assert.deepEqual(found(all), []);
  });

  it('would show each of them if they were not sealed', async () => {
    const workerFile = new URL('../../support/unsealed-store-worker.ts', import.meta.url);
    const store = await open({ workerFile });
    await live(store);
    // of an event’s key a mark is kept, of a pause no reason; a mailing’s file is sealed where it is written
    const {
      'an event’s key': _mark,
      'why a domain is paused': _none,
      'a drawn copy': _file,
      ...kept
    } = words;
    const missing = Object.keys(kept).filter((kind) => !found(kept).includes(kind));
    assert.deepEqual(missing, []);
    await store.close();
  });

  it('gives all of it back', async () => {
    const store = await open();
    await live(store);
    const { outbox, events, deliveries, notices, webhooks } = store;
    const ann = await outbox.find('ann');
    assert.deepEqual(
      [ann?.to, ann?.subject, ann?.callbackData, ann?.notify, ann?.reason],
      [
        { address: w['a recipient'], name: w['a recipient’s name'] },
        w['a copy’s own subject'],
        w['callback data'],
        { url: `https://crm.example/${w['where to tell of it']}` },
        `250 ${w['a server’s words']}`,
      ],
    );
    const unreported = await outbox.unreported('node-1', 100);
    const ofAnn = unreported.find(({ record }) => record.id === 'ann');
    assert.equal(ofAnn?.message, JSON.stringify({ payload: w['the flow’s message'] }));
    assert.equal((await outbox.find('cat'))?.refused[0]?.address, w['an address in a server’s words']);
    const [dan] = await deliveries.find([{ key: 'dan' }]);
    assert.deepEqual(dan?.recipients, ['dan@readers.example', w['an address that was taken first']]);
    const [bounced] = (await events.read({ types: ['email.bounced'], limit: 5 })).events;
    assert.equal(bounced?.recipient, w['an event’s recipient']);
    const [delivery] = (await deliveries.find([{ key: 'ann' }]))[0]?.deliveries ?? [];
    assert.deepEqual(
      [delivery?.recipient, delivery?.reason],
      [w['a delivery’s recipient'], w['a delivery’s reason']],
    );
    assert.match((await notices.due('event', 1, 10))[0]?.body ?? '', /noticed@/);
    const [dead] = await webhooks.listDead('n1', 5);
    assert.deepEqual(
      [dead?.why, dead?.url],
      [w['why a webhook is dead'], `https://crm.example/${w['a webhook’s address']}`],
    );
    assert.equal(await webhooks.deadBody('n1', 'h2'), w['a webhook’s body']);
    assert.equal((await webhooks.claim('n1', 5, 9000))[0]?.message, w['a webhook’s message']);
    await store.close();
  });

  it('is read with the keys of before and after a rotation, in the same run and the next', async () => {
    const before = await open();
    await before.outbox.accept(newRequest(['old@readers.example'], { id: '1' }));
    await before.keys.rotate('rows', 5);
    await before.outbox.accept(newRequest(['new@readers.example'], { id: '2' }));
    assert.equal((await before.outbox.find('old'))?.to.address, 'old@readers.example');
    const ids = before.keys.all('rows').map(({ id }) => id);
    await before.close();
    const database = new DatabaseSync(join(folder, 'app.sqlite'), { readOnly: true });
    const rows = database.prepare('SELECT sealed FROM part ORDER BY key').all();
    database.close();
    const keyIds = rows.map(({ sealed }) => Buffer.from(sealed as Uint8Array).toString('latin1', 1, 5));
    assert.deepEqual(keyIds, [ids[1], ids[0]]);
    const after = await open();
    const addresses = (await after.outbox.claim(5, 2000)).map(({ part }) => part.to.address);
    assert.deepEqual(addresses, ['old@readers.example', 'new@readers.example']);
    await after.close();
  });

  it('is known by the recipient’s hash, however the address is written', async () => {
    const store = await open();
    const parts = ['Ann@READERS.example', 'ann@readers.example', 'bob@readers.example'].map(
      (address, place) => newPart(address, { id: `p${place}` }),
    );
    await store.outbox.accept({ ...newRequest([]), parts });
    await store.close();
    const database = new DatabaseSync(join(folder, 'app.sqlite'), { readOnly: true });
    const persons = database.prepare('SELECT hex(person) AS person FROM part ORDER BY key').all();
    database.close();
    const [written, otherwise, another] = persons.map(({ person }) => person);
    assert.match(String(written), /^[0-9A-F]{32}$/);
    assert.equal(otherwise, written);
    assert.notEqual(another, written);
  });

  it('is passed over where it does not open, said so, and sent once it does', async () => {
    const store = await open();
    await store.outbox.accept(newRequest(['bad@readers.example'], { id: '1' }));
    await store.outbox.accept(newRequest(['good@readers.example'], { id: '2' }));
    await store.close();
    const change = (sql: string) => {
      const database = new DatabaseSync(join(folder, 'app.sqlite'));
      database.exec(sql);
      database.close();
    };
    change(
      `ALTER TABLE part ADD COLUMN spare BLOB; UPDATE part SET spare = sealed, sealed = zeroblob(80) WHERE id = 'bad'`,
    );
    const hurt = await open();
    assert.deepEqual(
      (await hurt.outbox.claim(5, 2000)).map(({ part }) => part.id),
      ['good'],
    );
    assert.equal(hurt.health.trouble?.code, 'row-unreadable');
    const types = (await hurt.events.read({ limit: 10 })).events.map(({ emailId }) => emailId);
    assert.deepEqual(types, ['good']);
    await hurt.close();
    change(`UPDATE part SET sealed = spare WHERE id = 'bad'`);
    const mended = await open();
    assert.equal((await mended.outbox.claim(5, 2000 + 3_600_000))[0]?.part.id, 'bad');
    await mended.close();
  });

  it('is read in the clear where it was written before rows were sealed', async () => {
    const older = newestVersion - 1;
    await makeOlderFolder(folder, older);
    const store = await openTestStore(folder, { workerFile: storeWorker, maxWaiting: 1e6 });
    const [entry] = await store.outbox.claim(1, 2000);
    assert.deepEqual(entry?.part.recipients, ['b@b.example']);
    assert.equal(entry?.part.to.address, 'b@b.example');
    const [record] = await store.outbox.settle(entry ? [settle(entry, { at: 1 })] : []);
    assert.deepEqual([record?.subject, record?.to.address], ['Subject', 'b@b.example']);
    assert.equal((await store.events.read({ limit: 5 })).events.length, 5);
    assert.equal((await store.outbox.counts(2000)).waiting, rowsOfTable - 1);
    await store.close();
  });
});
