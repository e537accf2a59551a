import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { type Dovecot, dovecotIsMissing, startDovecot } from '../support/dovecot.ts';
import { type Books, faultsOf } from '../support/mail-ledger.ts';
import { type Machine, type SeveralMachines, startSeveral, type Told } from '../support/several-machines.ts';
import { until } from '../support/until.ts';

/** `npm run soak` cuts the database off for longer than a lease lasts, and for a minute. */
const isLong = process.env.EMAIL_APP_LONG_CUTS === '1';
/** Mails that one has in its hands: as many as it sends at once, and as many behind them. */
const inHand = 8;

describe('several Node-REDs with one app on PostgreSQL', function () {
  this.timeout(isLong ? 240_000 : 90_000);
  let dovecot: Dovecot | undefined;
  let several: SeveralMachines;
  const allowed = { unknown: 0, toldAgain: 0, suppressed: [] as string[] };

  before(async () => {
    if (!dovecotIsMissing()) dovecot = await startDovecot();
    several = await startSeveral({ imap: dovecot?.port });
  });
  after(async () => {
    await several?.close();
    await dovecot?.stop();
  });

  const machineAt = (index: number): Machine => several.machines[index] ?? assert.fail();
  const told = (what: Told['what']) => several.machines.flatMap((machine) => machine.told(what));
  const idsOf = (all: readonly Told[]) => new Set(all.map(({ id }) => id));

  async function assertAllIsWell(): Promise<Books> {
    await several.atRest();
    const books = await several.books();
    assert.deepEqual(faultsOf(books, allowed), []);
    return books;
  }

  /** To who balances load: 503 while the store cannot be used. */
  async function allAnswer(status: 200 | 503): Promise<void> {
    const isSo = async (machine: Machine) => (await machine.health()).status === status;
    await until(async () => (await Promise.all(several.machines.map(isSo))).every(Boolean), 40_000);
  }

  async function countIn(state: string, holder = '%'): Promise<number> {
    const sql = 'SELECT count(*) FROM email_app.turn WHERE state = $1 AND holder LIKE $2';
    const [row] = await several.database.query<{ count: number }>(sql, [state, holder]);
    return row?.count ?? 0;
  }

  /** Resolves when so many more were accepted. */
  async function moreAccepted(count: number): Promise<void> {
    const before = several.accepted.length;
    await until(() => several.accepted.length >= before + count, 40_000);
  }

  it('sends what any of them accepted, once: a result where a flow waits for it, the others from several', async () => {
    const stop = several.load();
    await moreAccepted(150);
    await stop();
    await assertAllIsWell();
    const sendersOf = (name: string) =>
      new Set(several.sink.mails.filter(({ to }) => String(to).startsWith(name)).map(({ client }) => client));
    for (const { name } of several.machines) {
      assert.ok(sendersOf(`queue-${name}`).size > 1, `${name} sent what it accepted alone`);
      assert.deepEqual([...sendersOf(`report-${name}`)], [`${name}.example.com`]);
    }
  });

  it('gives each event to one of them, once', async () => {
    const { kept } = await several.books();
    await until(() => told('event').length >= kept.length);
    const events = told('event');
    assert.deepEqual([events.length, idsOf(events).size], [kept.length, kept.length]);
    assert.equal(new Set(events.map(({ machine }) => machine)).size, 1);
  });

  it('holds on all of them at once who is put on the list by one', async () => {
    for (const [index, machine] of several.machines.entries()) {
      const name = `left-${machine.name}`;
      const address = `${name}@example.net`;
      assert.ok(await machine.post('manage', { action: 'add', address, cause: 'manual' }));
      allowed.suppressed.push(name);
      const other = machineAt((index + 1) % several.machines.length);
      await other.post('report', { names: [name] });
      await until(() => other.told('result').some((one) => one.name === name));
    }
    await assertAllIsWell();
  });

  it('keeps to one rate together, and all to the pause of any', async () => {
    const before = several.sink.mails.length;
    for (const machine of several.machines) await several.give(machine, 'paced', 45);
    await several.sink.holds(before + 5);
    const began = performance.now();
    await several.sink.holds(before + 105);
    const seconds = (performance.now() - began) / 1000;
    assert.ok(seconds > 8.5 && seconds < 11.5, `100 mails took ${seconds} s, at 10 a second`);
    const senders = several.sink.mails.slice(before).map(({ client }) => client);
    assert.equal(new Set(senders).size, several.machines.length);

    await machineAt(1).order('pause', 'slow');
    const arePaused = () => Promise.all(several.machines.map((machine) => machine.isPaused('slow')));
    await until(async () => (await arePaused()).every(Boolean), 2000);
    await until(async () => (await countIn('sending')) === 0);
    const sent = several.sink.mails.length;
    assert.ok(sent < before + 135, 'all had left before the pause');
    await wait(500);
    assert.equal(several.sink.mails.length, sent);
    await machineAt(2).order('resume', 'slow');
    await assertAllIsWell();
  });

  /** Nothing passes, nobody is told, until `isOver`. */
  async function whileCutOff(machines: readonly Machine[], isOver: () => Promise<void>): Promise<void> {
    for (const { network } of machines) network.freeze();
    await isOver().finally(() => {
      for (const { network } of machines) network.thaw();
    });
  }

  it('waits, says so and goes on while the database is out of reach', async () => {
    const stop = several.load();
    await moreAccepted(20);
    await whileCutOff(several.machines, async () => {
      await allAnswer(503);
      for (const machine of several.machines)
        assert.equal(machine.told('state').at(-1)?.name, 'store trouble');
    });
    await moreAccepted(20);
    await stop();
    await assertAllIsWell();
    await allAnswer(200);
  });

  if (isLong)
    for (const [whom, count, seconds] of [
      ['one is', 1, 40],
      ['all are', 3, 60],
    ] as const)
      it(`loses nothing and sends nothing twice when ${whom} cut off for ${seconds} s, longer than a lease`, async () => {
        const stop = several.load(several.machines.slice(count % 3));
        for (const machine of several.machines) await several.give(machine, 'report', 20);
        await until(async () => (await countIn('sending')) > 0);
        await whileCutOff(several.machines.slice(0, count), () => wait(seconds * 1000));
        allowed.unknown += count * inHand;
        await moreAccepted(20);
        await stop();
        await assertAllIsWell();
        await allAnswer(200);
      });

  it('goes on when PostgreSQL was crashed and started again', async () => {
    const stop = several.load();
    await until(async () => (await countIn('sending')) > 0);
    await several.server.crash();
    await allAnswer(503);
    await several.server.start();
    await moreAccepted(20);
    await stop();
    await assertAllIsWell();
    await allAnswer(200);
  });

  it('loses nothing of one that is killed while it sends, and has its results told by another', async () => {
    const victim = machineAt(Math.floor(Math.random() * several.machines.length));
    const stop = several.load();
    await moreAccepted(40);
    for (let count = 0; count < 5; count += 1) await several.give(victim, 'report', 10);
    await until(async () => (await countIn('sending', victim.instance)) > 0);
    await victim.kill();
    await stop();
    await several.letExpire(victim);
    allowed.unknown += inHand;
    allowed.toldAgain += inHand;
    const books = await assertAllIsWell();
    const adopted = books.told.filter(
      ({ name, machine }) => name.startsWith(`report-${victim.name}-`) && machine !== victim.name,
    );
    assert.ok(adopted.length > 0, 'it had told everything before');
    assert.ok(adopted.every(({ resumed }) => resumed));
    await victim.start();
  });

  it('hands the events over when whoever reads them is killed, and none is missing', async () => {
    const areToldAll = async () => {
      const { kept } = await several.books();
      const sent = kept.filter(({ state }) => state === 'sent');
      const had = new Set(told('event').map(({ name }) => name));
      return sent.every(({ name }) => had.has(name));
    };
    await until(areToldAll);
    await several.give(machineAt(0), 'queue', 1);
    const last = several.accepted.at(-1);
    const readerOfLast = () => told('event').find(({ name }) => name === last)?.machine;
    await until(() => readerOfLast() !== undefined);
    const holder = several.machines.find(({ name }) => name === readerOfLast()) ?? assert.fail();
    await holder.kill();
    const others = several.machines.filter((machine) => machine !== holder);
    for (const machine of others) await several.give(machine, 'queue', 10);
    await until(areToldAll);
    await several.letExpire(holder);
    await assertAllIsWell();
    await holder.start();
  });

  it('has one of them read the mailbox, and another when that one is killed', async function () {
    const missing = dovecotIsMissing();
    if (missing || !dovecot) {
      console.log(`    skipped: ${missing}`);
      return this.skip();
    }
    const subjects = ['One', 'Two', 'Three', 'Four', 'Five', 'Six'];
    const deliver = (subject: string) =>
      dovecot?.deliver('ann', `From: bob@example.org\r\nSubject: ${subject}\r\n\r\nHello\r\n`);
    for (const subject of subjects.slice(0, 3)) deliver(subject);
    await until(() => told('mail').length >= 3);
    // each mail is told by any of them, so who reads the mailbox cannot be seen: it is hardly the last one
    const killed = several.machines.slice(0, 2);
    for (const machine of killed) await machine.kill();
    for (const machine of killed) await several.letExpire(machine);
    for (const subject of subjects.slice(3)) deliver(subject);
    await until(() => new Set(told('mail').map(({ name }) => name)).size === 6, 40_000);
    const mails = told('mail');
    assert.deepEqual(mails.map(({ name }) => name).sort(), [...subjects].sort());
    for (const machine of killed) await machine.start();
  });
});
