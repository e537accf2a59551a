import assert from 'node:assert/strict';
import { simpleParser } from 'mailparser';
import { sealConfirmation } from '../../../nodes/lib/resubscribe/confirmation-token.ts';
import { PendingConfirmations } from '../../../nodes/lib/resubscribe/pending-confirmations.ts';
import { openResubscription } from '../../../nodes/lib/resubscribe/resubscription.ts';
import type { SuppressionCause } from '../../../nodes/lib/suppression/suppression-list.ts';
import type { HttpAnswer } from '../../../nodes/lib/unsubscribe/http-exchange.ts';
import { choosePageTexts, pageLanguages } from '../../../nodes/lib/unsubscribe/page-language.ts';
import { againStage, formOf, oneClick } from '../../support/again-stage.ts';
import { fixedKeys } from '../../support/fixed-keys.ts';
import { memorySuppressionList } from '../../support/memory-suppression-list.ts';
import { temporaryFolder } from '../../support/sqlite-outbox.ts';
import { openTestStore } from '../../support/sqlite-suppressions.ts';
import { unsubscribeSettings } from '../../support/unsubscribe-app.ts';

const hour = 3_600_000;

/** Without the nonces, which differ from second to second. */
function plain({ status, headers, body }: HttpAnswer) {
  return { status, headers, body: body.replace(/name="nonce" value="[^"]*"/g, '') };
}

describe('asking for mail again', () => {
  it('sends one mail that no other mail of the app could be', async () => {
    const { hold, wish, delivered, results } = againStage();
    await hold('unsubscribe');
    assert.equal((await wish()).status, 200);
    assert.equal(delivered.length, 1);
    assert.deepEqual(delivered[0]?.envelope.to, ['ann@example.net']);
    const mail = await simpleParser(Buffer.from(delivered[0]?.raw ?? ''));
    assert.equal(mail.headers.get('auto-submitted'), 'auto-generated');
    assert.equal(mail.headers.get('list-unsubscribe'), undefined);
    assert.match(mail.subject ?? '', /mail from Shop again/);
    assert.match(mail.html || '', /<a href="https:&#47;|<a href="https:/);
    assert.doesNotMatch(mail.html || '', /<script|<img/);
    assert.deepEqual(
      results.map(({ reports, state }) => [reports, state]),
      [[false, 'sent']],
    );
  });

  it('sends nothing to whom a flow’s mail could not go for another reason, and answers alike', async () => {
    const first = againStage();
    await first.hold('unsubscribe');
    const expected = plain(await first.wish());
    const others: [SuppressionCause, string?, string?][][] = [
      [],
      [['complaint'], ['unsubscribe']],
      [['hard-bounce'], ['unsubscribe']],
      [['complaint', 'news'], ['unsubscribe']],
      [['hard-bounce', undefined, '@example.net'], ['unsubscribe']],
      [['manual'], ['unsubscribe']],
      [['unsubscribe', undefined, '@example.net']],
      [['import']],
      [['complaint']],
    ];
    for (const entries of others) {
      const { hold, wish, delivered, ask, token } = againStage();
      for (const entry of entries) await hold(...entry);
      assert.deepEqual(plain(await ask(token())), plain(await first.ask(first.token())));
      assert.deepEqual(plain(await wish()), expected, JSON.stringify(entries));
      assert.deepEqual(delivered, [], JSON.stringify(entries));
    }
  });

  it('answers alike, and at once, when the store fails; the owner hears of it', async () => {
    const { hold, wish, suppressions, troubles, delivered } = againStage();
    await hold('unsubscribe');
    suppressions.fail();
    assert.equal((await wish()).status, 200);
    assert.deepEqual(
      troubles.map(({ code }) => code),
      ['store-unavailable'],
    );
    suppressions.mend();
    await wish();
    assert.equal(delivered.length, 1);
  });

  it('sends nothing to an erased person', async () => {
    const { app, clock, hold, wish, delivered } = againStage();
    await hold('unsubscribe');
    await app.suppressions.erase('ann@example.net', clock.now());
    await wish();
    assert.deepEqual(delivered, []);
  });

  it('sends one mail a day to an address, however often and with whichever links it is asked', async () => {
    const { hold, wish, token, clock, delivered } = againStage();
    await hold('unsubscribe');
    const first = plain(await wish());
    for (const emailId of ['mail-2', 'mail-3'])
      assert.deepEqual(plain(await wish(token({ emailId }))), first);
    await Promise.all([wish(), wish(token({ address: 'ANN@example.net' })), wish()]);
    assert.equal(delivered.length, 1);
    await clock.advance(23 * hour);
    await wish();
    assert.equal(delivered.length, 1);
    await clock.advance(hour);
    await wish();
    assert.equal(delivered.length, 2);
  });

  it('is done by the button only: not by GET, one-click, or another page’s nonce', async () => {
    const { hold, ask, token, clock, delivered } = againStage();
    await hold('unsubscribe');
    const link = token();
    const form = formOf(await ask(link), 'again');
    await ask(link, { ...form, method: 'GET' });
    await ask(link, { ...form, method: 'HEAD' });
    await ask(link, oneClick);
    assert.equal((await ask(token({ emailId: 'mail-2' }), form)).status, 400);
    const both = Buffer.concat([oneClick.body, Buffer.from('&'), form.body]);
    const body = Buffer.from(both.toString().replace(/nonce=[^&]*/, 'nonce=x'));
    assert.equal((await ask(link, { ...form, body })).status, 400);
    await clock.advance(25 * hour);
    assert.equal((await ask(link, form)).status, 400);
    await clock.advance(2000);
    assert.deepEqual(delivered, []);
  });

  it('lets no other mail pass, not even to the same address', async () => {
    const { hold, wish, send, clock, results, delivered } = againStage();
    await hold('unsubscribe');
    await wish();
    await send({ to: 'ann@example.net', subject: 'Hello', payload: 'Hi' });
    await clock.advance(60_000);
    assert.equal(delivered.length, 1);
    assert.deepEqual(results.map(({ state }) => state).sort(), ['sent', 'suppressed']);
  });

  it('is offered after leaving and when undo is refused, in every language', async () => {
    for (const [language, { wantAgain }] of pageLanguages) {
      const { ask, token } = againStage();
      const link = token();
      const facts = { acceptLanguage: language };
      const done = await ask(link, { ...formOf(await ask(link, facts), 'leave'), ...facts });
      const refused = await ask(link, {
        ...formOf(done, 'undo'),
        ...facts,
        body: Buffer.from('do=undo&nonce=x'),
      });
      assert.equal(refused.status, 409);
      for (const page of [await ask(link, facts), done, refused]) assert.ok(page.body.includes(wantAgain));
      assert.match((await ask(link, { ...formOf(refused, 'again'), ...facts })).body, /•••@example.net/);
    }
  });

  it('is not offered by an app that cannot send', async () => {
    for (const changes of [
      { route: { kind: 'none' } as const },
      { baseUrl: undefined },
      { defaultSender: undefined },
    ]) {
      const { app, ask, token } = againStage({ settings: unsubscribeSettings({}, changes) });
      assert.equal(app.resubscription, undefined);
      assert.doesNotMatch((await ask(token())).body, /value="again"/);
    }
  });
});

describe('asking for mail again, over the store on disk', () => {
  it('puts the mail into the outbox and ends the unsubscribing there', async () => {
    const { folder, remove } = temporaryFolder();
    const { outbox, suppressions, keys } = await openTestStore(folder);
    const pending = new PendingConfirmations({ notes: outbox, keys });
    const list = pending.guard(suppressions);
    let [ids, woken] = [0, 0];
    const resubscription = openResubscription({
      settings: unsubscribeSettings(),
      outbox,
      list,
      keys,
      pending,
      clock: { now: () => 2000 },
      newId: () => `id${++ids}`,
      onAccepted: () => {
        woken += 1;
      },
    });
    const address = 'ann@example.net';
    await list.add([
      { address, cause: 'unsubscribe', method: 'page', at: 1000 },
      { address, cause: 'complaint', listTopic: 'other', method: 'complaint', at: 1000 },
    ]);
    const texts = choosePageTexts('de', 'en');
    await resubscription?.ask({ address, topics: [undefined], texts });
    assert.deepEqual(await outbox.claim(1, 2000), []);
    await suppressions.remove({ address, listTopic: 'other', graveToo: true, method: 'api', at: 1500 });
    await resubscription?.ask({ address, topics: [undefined], texts });
    const [entry] = await outbox.claim(9, 2000);
    assert.equal(await pending.covers(entry?.part.id ?? ''), true);
    assert.match(
      (await outbox.content(entry?.contentId ?? 0)).subject,
      /^Möchten Sie wieder E-Mails von Shop/,
    );
    await list.add([{ address, cause: 'complaint', method: 'complaint', at: 2000 }]);
    const claims = { appId: 'app00001', address, topics: [undefined], issuedAt: 2000 };
    assert.equal(await resubscription?.confirm(claims, { ip: '192.0.2.1' }), true);
    assert.deepEqual(
      (await list.find([address], 3000)).get(address)?.map(({ cause }) => cause),
      ['complaint'],
    );
    assert.equal(woken, 1);
    await outbox.close();
    remove();
  });
});

describe('the link of a confirmation mail', () => {
  async function asked(...entries: [SuppressionCause, string?][]) {
    const stage = againStage();
    for (const entry of entries) await stage.hold(...entry);
    await stage.clock.advance(1000);
    return stage;
  }

  it('ends the unsubscribing by its button, and the history says how', async () => {
    const { app, wish, confirmLink, ask, confirm, held } = await asked(['unsubscribe']);
    await wish();
    const link = await confirmLink();
    const page = await ask(link);
    assert.match(page.body, /a•••@example\.net/);
    for (const method of ['GET', 'HEAD', 'OPTIONS', 'PUT'])
      await ask(link, { ...formOf(page, 'return'), method });
    assert.equal((await ask(link, oneClick)).status, 400);
    assert.equal(
      (await ask(link, { ...formOf(page, 'return'), body: Buffer.from('do=return&nonce=x') })).status,
      400,
    );
    assert.deepEqual(await held(), ['unsubscribe *']);
    assert.equal((await confirm(link)).status, 200);
    assert.deepEqual(await held(), []);
    const { action, method, cause, evidence } =
      (await app.suppressions.history('ann@example.net')).at(-1) ?? {};
    assert.deepEqual([action, method, cause, evidence?.ip], ['removed', 'page', 'unsubscribe', '192.0.2.1']);
    assert.equal((await confirm(link)).status, 200);
  });

  it('lets mail go out again', async () => {
    const { wish, confirmLink, confirm, send, clock, delivered } = await asked(['unsubscribe']);
    await wish();
    await confirm(await confirmLink());
    await send({ to: 'ann@example.net', subject: 'Hello', payload: 'Hi' });
    await clock.advance(60_000);
    assert.equal(delivered.length, 2);
  });

  it('speaks of the list of the token only, and of all mail if that was left', async () => {
    const both = await asked(['unsubscribe', 'news'], ['unsubscribe', 'offers']);
    await both.wish(both.token({ listTopic: 'news' }));
    const link = await both.confirmLink();
    assert.match((await both.ask(link)).body, /<li>Monthly news<\/li><\/ul>/);
    await both.confirm(link);
    assert.deepEqual(await both.held(), ['unsubscribe offers']);
    const all = await asked(['unsubscribe'], ['unsubscribe', 'offers']);
    await all.wish(all.token({ listTopic: 'news' }));
    await all.confirm(await all.confirmLink());
    assert.deepEqual(await all.held(), ['unsubscribe offers']);
  });

  it('leaves a complaint and a bounce that came since', async () => {
    const { hold, wish, confirmLink, confirm, held } = await asked(['unsubscribe']);
    await wish();
    const link = await confirmLink();
    await hold('complaint');
    await hold('hard-bounce');
    await confirm(link);
    assert.deepEqual((await held()).sort(), ['complaint *', 'hard-bounce *']);
  });

  it('does nothing once they unsubscribed again, whichever way', async () => {
    for (const way of ['one-click', 'page', 'api'] as const) {
      const { hold, ask, token, wish, confirmLink, confirm, held } = await asked(['unsubscribe']);
      await wish();
      const link = await confirmLink();
      const form = formOf(await ask(link), 'return');
      if (way === 'one-click') await ask(token(), oneClick);
      if (way === 'page') await ask(token(), formOf(await ask(token()), 'leave'));
      if (way === 'api') await hold('unsubscribe', 'offers');
      assert.equal((await ask(link, form)).status, 410, way);
      assert.equal((await confirm(link)).status, 410, way);
      assert.ok((await held()).includes('unsubscribe *'), way);
    }
  });

  it('does nothing once they were imported as unsubscribed later', async () => {
    const { app, clock, wish, confirmLink, confirm, held } = await asked(['unsubscribe']);
    await wish();
    const link = await confirmLink();
    await app.suppressions.remove({ address: 'ann@example.net', method: 'api', at: clock.now() });
    const load = await app.suppressions.startImport(0);
    await load.stage([
      { address: 'ann@example.net', cause: 'unsubscribe', method: 'import', at: clock.now() },
    ]);
    await load.commit();
    assert.equal((await confirm(link)).status, 410);
    assert.deepEqual(await held(), ['unsubscribe *']);
  });

  it('loses against an unsubscribing at the same time', async () => {
    const { ask, token, wish, confirmLink, held } = await asked(['unsubscribe']);
    await wish();
    const link = await confirmLink();
    const form = formOf(await ask(link), 'return');
    await Promise.all([ask(token(), oneClick), ask(link, form)]);
    assert.deepEqual(await held(), ['unsubscribe *']);
    await Promise.all([ask(link, form), ask(token(), oneClick)]);
    assert.deepEqual(await held(), ['unsubscribe *']);
  });

  it('is not sent any more when they unsubscribe while it waits', async () => {
    const { app, ask, token, clock, delivered, wish, results } = await asked(['unsubscribe']);
    await app.pause();
    await wish();
    await ask(token(), oneClick);
    await app.resume();
    await clock.advance(60_000);
    assert.deepEqual(delivered, []);
    assert.deepEqual(
      results.map(({ state }) => state),
      ['suppressed'],
    );
  });

  it('works after a restart, and is void after one when it was void before', async () => {
    const notes = new Map<string, string>();
    const keys = fixedKeys();
    const open = () =>
      new PendingConfirmations({
        keys,
        notes: {
          readNote: async (name) => notes.get(name),
          writeNote: async (name, value) => void notes.set(name, value ?? ''),
        },
      });
    const mail = { issuedAt: 5, emailId: 'm1' };
    await open().begin('ann@example.net', mail, async () => {});
    assert.doesNotMatch([...notes.values()].join(), /ann|example/);
    assert.equal(await open().covers('m1'), true);
    assert.equal(await open().covers('m2'), false);
    assert.equal(await open().fulfil('ann@example.net', 5, async () => true), true);
    assert.equal(await open().fulfil('bob@example.net', 5, async () => true), false);
    const wish = { address: 'Ann@example.net', cause: 'unsubscribe', method: 'page', at: 6 } as const;
    await open().guard(memorySuppressionList()).add([wish]);
    assert.equal(await open().fulfil('ann@example.net', 5, async () => true), false);
    assert.equal(await open().covers('m1'), false);
    await open().begin('ann@example.net', { issuedAt: 7, emailId: 'm3' }, () => assert.fail());
    notes.set('confirmations', '{"x":');
    assert.equal(await open().covers('m1'), false);
  });

  it('counts for nothing when the mail could not be accepted, so that it can be asked for again', async () => {
    const notes = { readNote: async () => undefined, writeNote: async () => {} };
    const pending = new PendingConfirmations({ keys: fixedKeys(), notes });
    const mail = { issuedAt: 5, emailId: 'm1' };
    const full = () => Promise.reject(new Error('full'));
    await assert.rejects(pending.begin('ann@example.net', mail, full), /full/);
    assert.equal(await pending.covers('m1'), false);
    await pending.begin('ann@example.net', mail, async () => {});
    assert.equal(await pending.covers('m1'), true);
  });

  it('does not work after a day, nor when it was not made for a mail', async () => {
    const { clock, keys, wish, confirmLink, ask, held } = await asked(['unsubscribe']);
    const claims = { appId: 'app00001', address: 'ann@example.net', topics: [undefined] };
    const early = sealConfirmation({ ...claims, issuedAt: clock.now() - 1 }, keys);
    assert.equal((await ask(early, formOf(await ask(early), 'return'))).status, 410);
    await wish();
    const link = await confirmLink();
    const form = formOf(await ask(link), 'return');
    assert.equal((await ask(early, formOf(await ask(early), 'return'))).status, 410);
    await clock.advance(24 * hour);
    assert.equal((await ask(link)).status, 410);
    assert.equal((await ask(link, form)).status, 410);
    assert.deepEqual(await held(), ['unsubscribe *']);
  });

  it('that was forged, or is of another app, is answered as any link not made here, and counted', async () => {
    const { keys, clock, ask } = await asked(['unsubscribe']);
    const claims = { address: 'ann@example.net', topics: [undefined], issuedAt: clock.now() };
    const good = sealConfirmation({ ...claims, appId: 'app00001' }, keys);
    const other = sealConfirmation({ ...claims, appId: 'app00002' }, keys);
    const invalid = await ask('x');
    assert.equal(invalid.status, 404);
    for (const wrong of [other, good.slice(0, -2), `${good}A`]) assert.deepEqual(await ask(wrong), invalid);
    for (let count = 0; count < 30; count += 1) await ask(other);
    assert.equal((await ask(other)).status, 429);
    assert.equal((await ask(good)).status, 200);
  });

  it('is answered with 503 when the list cannot be written, and works later', async () => {
    const { wish, confirmLink, confirm, suppressions, held } = await asked(['unsubscribe']);
    await wish();
    const link = await confirmLink();
    suppressions.fail();
    assert.equal((await confirm(link)).status, 503);
    suppressions.mend();
    await confirm(link);
    assert.deepEqual(await held(), []);
  });
});
