import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { NewSuppression, SuppressionList } from '../../../nodes/lib/suppression/suppression-list.ts';
import { assertRefused } from '../../support/assert-refused.ts';

interface ListOptions {
  readonly foldAddresses?: boolean;
}

/** One place for data: what was closed there is found again when it is opened once more. */
export interface SuppressionPlace {
  open(options?: ListOptions): Promise<{ list: SuppressionList; close(): Promise<void> }>;
  dispose(): Promise<void>;
}

/** What every adapter of the port `SuppressionList` must do. */
export function describeSuppressionList(name: string, prepare: () => Promise<SuppressionPlace>): void {
  describe(name, () => {
    let place: SuppressionPlace;
    let list: SuppressionList;
    let close: () => Promise<void>;
    const reopen = async (options?: ListOptions) => {
      await close();
      ({ list, close } = await place.open(options));
    };
    const find = async (address: string, now = 2000) => (await list.find([address], now)).get(address) ?? [];
    const causes = async (address: string, now?: number) =>
      (await find(address, now)).map(({ cause, listTopic }) => [cause, listTopic].filter(Boolean).join(' '));
    const story = async (address: string) =>
      (await list.history(address)).map(({ at, action, cause }) =>
        [at, action, cause].filter(Boolean).join(' '),
      );
    const everyone = async () => (await list.list({ limit: 100 })).entries;

    beforeEach(async () => {
      place = await prepare();
      ({ list, close } = await place.open());
    });
    afterEach(async () => {
      await close();
      await place.dispose();
    });

    describe('add and find', () => {
      it('keeps everything that is known about an entry', async () => {
        const entry: NewSuppression = {
          address: 'Ann@A.example',
          listTopic: 'news',
          cause: 'manual',
          method: 'api',
          at: 1000,
          emailId: 'mail-1',
          detail: 'asked on the phone',
          evidence: { ip: '192.0.2.1', userAgent: 'Mozilla' },
          expiresAt: 9000,
        };
        assert.deepEqual(await list.add([entry]), [entry]);
        assert.deepEqual(gapless(await find('Ann@A.example')), [{ ...entry, erased: false }]);
        await reopen();
        assert.deepEqual(gapless(await find('Ann@A.example')), [{ ...entry, erased: false }]);
      });

      it('finds an address however it is written, under the spelling that was asked for', async () => {
        await list.add([entryFor('Ann@a.example')]);
        const found = await list.find(['ann@a.example', 'ANN@A.EXAMPLE', 'bob@a.example'], 2000);
        assert.deepEqual([...found.keys()], ['ann@a.example', 'ANN@A.EXAMPLE']);
      });

      it('finds nobody on an empty list', async () => {
        assert.equal((await list.find(['a@a.example'], 2000)).size, 0);
        assert.equal((await list.find([], 2000)).size, 0);
      });

      it('holds everyone of a domain, and nobody of a domain below or beside it', async () => {
        await list.add([entryFor('@a.example')]);
        for (const address of ['x@a.example', 'y@A.example', '@a.example'])
          assert.deepEqual(await causes(address), ['unsubscribe'], address);
        for (const address of ['x@b.a.example', 'x@aa.example', 'a.example@b.example'])
          assert.deepEqual(await causes(address), [], address);
      });

      it('gives entries of the address and of its domain', async () => {
        await list.add([entryFor('x@a.example'), entryFor('@a.example', { cause: 'manual' })]);
        assert.deepEqual((await causes('x@a.example')).sort(), ['manual', 'unsubscribe']);
      });

      it('leaves alone what is there, by address, topic and cause', async () => {
        await list.add([entryFor('a@a.example', { at: 1000 })]);
        const more = [
          entryFor('A@a.example', { at: 1500 }),
          entryFor('a@a.example', { listTopic: 'news' }),
          entryFor('a@a.example', { cause: 'complaint' }),
          entryFor('a@a.example', { cause: 'complaint' }),
        ];
        assert.deepEqual(await list.add(more), [more[1], more[2]]);
        assert.equal(await list.count(), 3);
        assert.deepEqual(await causes('a@a.example').then((all) => all.sort()), [
          'complaint',
          'unsubscribe',
          'unsubscribe news',
        ]);
        assert.equal((await find('a@a.example')).find(({ listTopic }) => !listTopic)?.at, 1000);
      });

      it('leaves out what has expired, and replaces it when it comes again', async () => {
        const soft = (at: number, expiresAt: number) =>
          entryFor('a@a.example', { cause: 'soft-bounce', at, expiresAt });
        await list.add([soft(1000, 3000)]);
        assert.deepEqual(await causes('a@a.example', 2999), ['soft-bounce']);
        assert.deepEqual(await causes('a@a.example', 3000), []);
        assert.deepEqual(await list.add([soft(2999, 3000)]), []);
        assert.deepEqual(await list.add([soft(3000, 8000)]), [soft(3000, 8000)]);
        assert.deepEqual(await causes('a@a.example', 3000), ['soft-bounce']);
        assert.equal(await list.count(), 1);
        assert.deepEqual(await story('a@a.example'), ['1000 added soft-bounce', '3000 added soft-bounce']);
      });

      it('holds for as long as the longest entry says', async () => {
        const byHand = (at: number, expiresAt?: number) =>
          entryFor('a@a.example', { cause: 'manual', at, expiresAt });
        await list.add([byHand(1000, 3000)]);
        assert.deepEqual(await list.add([byHand(1500)]), [byHand(1500)]);
        assert.deepEqual(await list.add([byHand(2000, 4000)]), []);
        assert.deepEqual(await causes('a@a.example', 9000), ['manual']);
        assert.equal(await list.count(), 1);
        assert.deepEqual(await story('a@a.example'), ['1000 added manual', '1500 added manual']);
      });

      for (const cause of ['unsubscribe', 'complaint', 'hard-bounce', 'import'] as const) {
        it(`refuses an end for the cause ${cause}, and adds nothing of that call`, async () => {
          const entries = [entryFor('a@a.example'), entryFor('b@a.example', { cause, expiresAt: 9000 })];
          await assertRefused(() => list.add(entries), 'bad-time', 'expiresAt');
          assert.equal(await list.count(), 0);
        });
      }
    });

    describe('remove', () => {
      const removal = { method: 'api', at: 2000, detail: 'came back' } as const;

      it('removes every cause of one scope', async () => {
        await list.add([
          entryFor('a@a.example'),
          entryFor('a@a.example', { cause: 'hard-bounce' }),
          entryFor('a@a.example', { listTopic: 'news' }),
          entryFor('b@a.example'),
        ]);
        assert.equal(await list.remove({ address: 'A@a.example', graveToo: true, ...removal }), true);
        assert.deepEqual(await causes('a@a.example'), ['unsubscribe news']);
        assert.equal(await list.remove({ address: 'a@a.example', ...removal }), false);
        assert.equal(await list.remove({ address: 'a@a.example', listTopic: 'news', ...removal }), true);
        assert.equal(await list.count(), 1);
        await reopen();
        assert.deepEqual(
          (await everyone()).map(({ address }) => address),
          ['b@a.example'],
        );
      });

      it('takes those for one cause only when it is given', async () => {
        await list.add([entryFor('a@a.example'), entryFor('a@a.example', { cause: 'complaint' })]);
        const unsubscribing = { address: 'a@a.example', ...removal, cause: 'unsubscribe' } as const;
        assert.equal(await list.remove(unsubscribing), true);
        assert.equal(await list.remove(unsubscribing), false);
        assert.deepEqual(await causes('a@a.example'), ['complaint']);
        assert.equal(await list.count(), 1);
      });

      for (const cause of ['complaint', 'hard-bounce'] as const) {
        it(`leaves a ${cause} where it is unless it is named`, async () => {
          await list.add([entryFor('a@a.example'), entryFor('a@a.example', { cause })]);
          assert.equal(await list.remove({ address: 'a@a.example', ...removal }), true);
          assert.deepEqual(await causes('a@a.example'), [cause]);
          assert.equal(await list.remove({ address: 'a@a.example', ...removal }), false);
          assert.equal(await list.remove({ address: 'a@a.example', cause, ...removal }), true);
          assert.equal(await list.count(), 0);
        });
      }

      it('does not touch the domain’s entry', async () => {
        await list.add([entryFor('@a.example')]);
        assert.equal(await list.remove({ address: 'a@a.example', ...removal }), false);
        assert.deepEqual(await causes('a@a.example'), ['unsubscribe']);
      });
    });

    describe('history', () => {
      it('tells all that happened, also of what is gone', async () => {
        const evidence = { ip: '192.0.2.1', userAgent: 'Mozilla' };
        await list.add([entryFor('a@a.example', { at: 1000, evidence, emailId: 'm1' })]);
        await list.remove({ address: 'a@a.example', method: 'page', at: 2000, detail: 'undo', evidence });
        await list.add([entryFor('a@a.example', { at: 3000, method: 'mailto' })]);
        await reopen();
        assert.deepEqual(gapless(await list.history('A@a.example')), [
          { at: 1000, action: 'added', cause: 'unsubscribe', method: 'one-click', emailId: 'm1', evidence },
          { at: 2000, action: 'removed', cause: 'unsubscribe', method: 'page', detail: 'undo', evidence },
          { at: 3000, action: 'added', cause: 'unsubscribe', method: 'mailto' },
        ]);
        assert.deepEqual(await list.history('b@a.example'), []);
      });
    });

    describe('erase', () => {
      it('forgets who it was and still holds them', async () => {
        const personal = { emailId: 'm1', detail: 'Ann Ax', evidence: { ip: '192.0.2.1' } };
        await list.add([entryFor('a@a.example', personal), entryFor('b@a.example')]);
        await list.remove({ address: 'a@a.example', method: 'api', at: 1100, detail: 'a@a.example' });
        await list.add([entryFor('a@a.example', { ...personal, at: 1200 })]);
        assert.equal(await list.erase('A@a.example', 1300), true);
        await reopen();
        const [held] = gapless(await find('a@a.example'));
        assert.deepEqual(held, {
          address: '',
          cause: 'unsubscribe',
          method: 'one-click',
          at: 1200,
          erased: true,
        });
        assert.doesNotMatch(JSON.stringify(await everyone()), /a@a\.example|Ann|192|m1/);
        assert.doesNotMatch(JSON.stringify(await list.history('a@a.example')), /a@a\.example|Ann|192|m1/);
        assert.deepEqual(await story('a@a.example'), [
          '1000 added unsubscribe',
          '1100 removed unsubscribe',
          '1200 added unsubscribe',
          '1300 erased',
        ]);
      });

      it('says that somebody was not on the list', async () => {
        assert.equal(await list.erase('a@a.example', 1300), false);
        assert.deepEqual(await list.history('a@a.example'), []);
      });

      it('leaves an erased entry as it is when the person unsubscribes again', async () => {
        await list.add([entryFor('a@a.example')]);
        await list.erase('a@a.example', 1300);
        assert.deepEqual(await list.add([entryFor('a@a.example')]), []);
        assert.equal((await find('a@a.example'))[0]?.erased, true);
      });

      it('holds whoever was erased by what comes later, and keeps nothing else of it', async () => {
        const personal = { emailId: 'm1', detail: 'Ann Ax', evidence: { ip: '192.0.2.1' } };
        const soft = { cause: 'soft-bounce', expiresAt: 5000 } as const;
        await list.add([entryFor('a@a.example', { listTopic: 'news' }), entryFor('a@a.example', soft)]);
        await list.erase('a@a.example', 1300);
        await list.add([
          entryFor('a@a.example', { ...personal, cause: 'complaint' }),
          entryFor('a@a.example', { ...personal, ...soft, expiresAt: 9000 }),
        ]);
        const load = await list.startImport(0);
        await load.stage(['a', 'b'].map((name) => entryFor(`${name}@a.example`, personal)));
        await load.stage([entryFor('a@a.example', { listTopic: 'news' })]);
        assert.deepEqual(await load.commit(), { added: 2, erased: 2 });
        const expected = ['complaint', 'soft-bounce', 'unsubscribe', 'unsubscribe news'];
        assert.deepEqual((await causes('a@a.example', 8000)).sort(), expected);
        assert.ok((await find('a@a.example')).every(({ erased, address }) => erased && address === ''));
        assert.doesNotMatch(JSON.stringify(await find('a@a.example')), /a@a|Ann|192|m1/);
        assert.doesNotMatch(JSON.stringify(await list.history('a@a.example')), /a@a|Ann|192|m1/);
        assert.equal((await find('b@a.example'))[0]?.detail, 'Ann Ax');
      });

      it('leaves to an erased domain that it is one', async () => {
        await list.add([entryFor('@a.example'), entryFor('a@a.example')]);
        await list.erase('@a.example', 1300);
        await list.add([entryFor('@a.example', { cause: 'manual' })]);
        const found = await find('b@a.example');
        assert.deepEqual(
          found.map(({ address, erased }) => [address, erased]),
          [
            ['@', true],
            ['@', true],
          ],
        );
        assert.equal((await find('a@a.example')).filter(({ erased }) => !erased).length, 1);
      });
    });

    describe('one person with several spellings', () => {
      const spellings = ['ann.ax@gmail.com', 'AnnAx+shop@googlemail.com', 'a.n.n.a.x@gmail.com'];
      const [one = '', other = '', third = ''] = spellings;
      const removal = { method: 'api', at: 2000 } as const;
      const fold = { foldAddresses: true };

      it('is held by any of them only where addresses are folded', async () => {
        await list.add([entryFor(one)]);
        for (const address of [other, third, 'annax@gmail.com']) assert.deepEqual(await causes(address), []);
        await reopen(fold);
        for (const address of [...spellings, 'annax@gmail.com']) {
          assert.deepEqual(await causes(address), ['unsubscribe'], address);
        }
        assert.deepEqual(await causes('annay@gmail.com'), []);
        assert.deepEqual(await list.add([entryFor(other)]), [entryFor(other)]);
        assert.equal((await find(third)).length, 2);
        await reopen();
        assert.deepEqual([await causes(one), await causes(third)], [['unsubscribe'], []]);
      });

      it('is held by their domain under both of its names', async () => {
        await list.add([entryFor('@googlemail.com')]);
        assert.deepEqual(await causes(one), []);
        await reopen(fold);
        assert.deepEqual(await causes(one), ['unsubscribe']);
      });

      it('is removed as they are found: in all spellings, or in one', async () => {
        const entries = spellings.map((address) => entryFor(address));
        await list.add([...entries, entryFor('annay@gmail.com')]);
        assert.equal(await list.remove({ address: one, ...removal }), true);
        assert.deepEqual([await causes(one), await causes(other)], [[], ['unsubscribe']]);
        await list.add(entries);
        await reopen(fold);
        assert.equal(await list.remove({ address: 'annax+new@gmail.com', ...removal }), true);
        for (const address of spellings) assert.deepEqual(await causes(address), []);
        assert.equal(await list.count(), 1);
        assert.equal((await story(third)).filter((line) => line.includes('removed')).length, 4);
        await reopen();
        assert.deepEqual(await story(third), ['1000 added unsubscribe', '2000 removed unsubscribe']);
      });

      it('is erased in all spellings, and goes on being held in them', async () => {
        await list.add([entryFor(one, { emailId: 'm1' }), entryFor(other)]);
        await reopen(fold);
        assert.equal(await list.erase(third, 1300), true);
        assert.deepEqual(await list.add([entryFor(third, { emailId: 'm2' })]), [
          entryFor(third, { emailId: 'm2' }),
        ]);
        assert.doesNotMatch(JSON.stringify(await everyone()), /gmail|m1|m2/);
        assert.deepEqual(await causes('annax@gmail.com'), ['unsubscribe', 'unsubscribe', 'unsubscribe']);
        await reopen();
        assert.deepEqual(await causes(one), ['unsubscribe']);
        assert.deepEqual(await causes('annax@gmail.com'), []);
      });

      it('is held by every spelling or by its own alone, erased or not, however the switch is turned', async function () {
        this.timeout(60_000);
        let person = 0;
        const mailbox = fc.record({
          tag: fc.stringMatching(/^[a-z0-9.]{0,4}$/).map((tag) => tag.replace(/^\.|\.$|\.(?=\.)/g, '')),
          dots: fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
          upper: fc.boolean(),
          domain: fc.constantFrom('gmail.com', 'googlemail.com'),
        });
        const somebody = fc.record({
          mailboxes: fc.array(mailbox, { minLength: 2, maxLength: 4 }),
          erases: fc.boolean(),
          foldsFirst: fc.boolean(),
        });
        // many at once, for what takes time is to open the list anew
        const people = fc.array(somebody, { minLength: 20, maxLength: 20 });
        const property = fc.asyncProperty(people, async (wanted) => {
          const persons = wanted.map(({ mailboxes, ...rest }) => {
            const name = `p${String(++person).padStart(6, '0')}x`;
            const [listed = '', ...others] = mailboxes.map((spelling) => spellingOf(name, spelling));
            return { ...rest, listed, addresses: [listed, ...others] };
          });
          for (const foldAddresses of [false, true]) {
            await reopen({ foldAddresses });
            const now = persons.filter(({ foldsFirst }) => foldsFirst === foldAddresses);
            await list.add(now.map(({ listed }) => entryFor(listed)));
            for (const { listed } of now.filter(({ erases }) => erases)) await list.erase(listed, 1300);
          }
          for (const foldAddresses of [true, false]) {
            await reopen({ foldAddresses });
            for (const { listed, addresses } of persons) {
              for (const address of addresses) {
                const isHeld = foldAddresses || address.toLowerCase() === listed.toLowerCase();
                assert.equal((await find(address)).length, Number(isHeld), `${listed} for ${address}`);
              }
            }
          }
        });
        await fc.assert(property, { numRuns: 2 });
      });
    });

    describe('list and count', () => {
      it('goes through all entries in pages, each once', async () => {
        const addresses = Array.from({ length: 7 }, (_, n) => `a${n}@a.example`);
        await list.add(addresses.map((address) => entryFor(address)));
        await list.add([entryFor('a0@a.example', { listTopic: 'news of today' })]);
        const pages: string[][] = [];
        let after: string | undefined;
        do {
          const page = await list.list({ limit: 3, after });
          pages.push(page.entries.map(({ address }) => address));
          after = page.next;
        } while (after !== undefined);
        assert.deepEqual(pages.flat().sort(), ['a0@a.example', ...addresses]);
        assert.equal(await list.count(), 8);
      });

      it('has one empty page when there is nobody', async () => {
        assert.deepEqual(gapless([await list.list({ limit: 3 })]), [{ entries: [] }]);
        assert.equal(await list.count(), 0);
      });
    });

    describe('prune', () => {
      it('deletes what has expired, not what is known of it', async () => {
        await list.add([
          entryFor('a@a.example', { cause: 'soft-bounce', expiresAt: 3000 }),
          entryFor('b@a.example', { cause: 'soft-bounce', expiresAt: 3001 }),
          entryFor('c@a.example'),
        ]);
        await list.prune(3000, 0);
        const left = (await everyone()).map(({ address }) => address).sort();
        assert.deepEqual(left, ['b@a.example', 'c@a.example']);
        assert.equal(await list.count(), 2);
        assert.deepEqual(await story('a@a.example'), ['1000 added soft-bounce']);
      });

      it('deletes old evidence of entries and events', async () => {
        const evidence = { ip: '192.0.2.1', userAgent: 'Mozilla' };
        await list.add([entryFor('a@a.example', { at: 1000, evidence })]);
        await list.remove({ address: 'a@a.example', method: 'page', at: 2000, evidence });
        await list.add([entryFor('a@a.example', { at: 3000, evidence })]);
        await list.add([entryFor('b@a.example', { at: 1000, evidence })]);
        await list.prune(9000, 3000);
        const kept = (await list.history('a@a.example')).map((event) => event.evidence);
        assert.deepEqual(kept, [undefined, undefined, evidence]);
        assert.equal((await find('b@a.example'))[0]?.evidence, undefined);
        assert.deepEqual((await find('a@a.example'))[0]?.evidence, evidence);
      });
    });

    describe('startImport', () => {
      it('holds nobody before the commit, everybody after it', async () => {
        await list.add([entryFor('b@a.example', { cause: 'import' })]);
        const load = await list.startImport(0);
        const entries = ['a', 'b', 'c', 'c'].map((name) =>
          entryFor(`${name}@a.example`, { cause: 'import' }),
        );
        await load.stage(entries.slice(0, 2));
        await load.stage(entries.slice(2));
        assert.deepEqual(await causes('a@a.example'), []);
        assert.deepEqual(await load.commit(), { added: 2, erased: 0 });
        assert.equal(await list.count(), 3);
        await reopen();
        for (const name of ['a', 'b', 'c']) assert.deepEqual(await causes(`${name}@a.example`), ['import']);
      });

      it('keeps everything about an imported entry', async () => {
        const entry = entryFor('Ann@a.example', {
          listTopic: 'news',
          cause: 'manual',
          method: 'import',
          emailId: 'mail-1',
          detail: 'old list',
          evidence: { ip: '192.0.2.1', userAgent: 'Mozilla' },
          expiresAt: 9000,
        });
        const load = await list.startImport(0);
        await load.stage([entry]);
        await load.commit();
        assert.deepEqual(gapless(await find('ann@a.example')), [{ ...entry, erased: false }]);
      });

      it('leaves nothing behind when it is dropped or the list is closed', async () => {
        const dropped = await list.startImport(0);
        await dropped.stage([entryFor('a@a.example')]);
        await dropped.drop();
        const closed = await list.startImport(0);
        await closed.stage([entryFor('b@a.example')]);
        await reopen();
        assert.equal(await list.count(), 0);
        assert.equal((await list.find(['a@a.example', 'b@a.example'], 2000)).size, 0);
      });

      it('runs one at a time', async () => {
        const first = await list.startImport(0);
        await assertRefused(() => list.startImport(0), 'import-running');
        await first.commit();
        await (await list.startImport(0)).drop();
      });

      it('lets others add meanwhile, who come first', async () => {
        const load = await list.startImport(0);
        await load.stage([entryFor('a@a.example', { at: 500 })]);
        await list.add([entryFor('a@a.example', { at: 1000 })]);
        assert.deepEqual(await load.commit(), { added: 0, erased: 0 });
        assert.deepEqual(
          (await find('a@a.example')).map(({ at }) => at),
          [1000],
        );
      });

      it('refuses an end that may not be', async () => {
        const load = await list.startImport(0);
        const entry = entryFor('a@a.example', { expiresAt: 9000 });
        await assertRefused(() => load.stage([entry]), 'bad-time', 'expiresAt');
        await load.drop();
      });
    });
  });
}

export function entryFor(address: string, more: Partial<NewSuppression> = {}): NewSuppression {
  return { address, cause: 'unsubscribe', method: 'one-click', at: 1000, ...more };
}

interface Spelling {
  readonly tag: string;
  readonly dots: readonly boolean[];
  readonly upper: boolean;
  readonly domain: string;
}

/** One of those that a mailbox at Gmail has. */
function spellingOf(name: string, { tag, dots, upper, domain }: Spelling): string {
  const dotted = [...name].map((char, at) => (dots[at] && at < name.length - 1 ? `${char}.` : char)).join('');
  return `${upper ? dotted.toUpperCase() : dotted}${tag && `+${tag}`}@${domain}`;
}

/** Without the properties that are undefined. */
function gapless<Row>(rows: readonly Row[]): Row[] {
  return rows.map((row) => JSON.parse(JSON.stringify(row)));
}
