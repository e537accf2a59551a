/** All that a scenario is about: machines, their stores, the provider, and what waits. */
import { acceptance, commitOfVolume, file, networkOfZone, recoveredAfter } from './costs.ts';
import { Database, DatabaseStore } from './database.ts';
import { FileStore } from './file-store.ts';
import { Host, Thread } from './host.ts';
import { Machine } from './machine.ts';
import { Backlog, type Mail } from './mail.ts';
import { Pace } from './pace.ts';
import { Provider } from './provider.ts';
import { seededRandom, untilNext } from './random.ts';
import type { Scenario, Span } from './scenario.ts';
import type { Shared, Store } from './store.ts';
import { Timeline } from './timeline.ts';

interface Door {
  readonly main: Thread;
  readonly store: Store;
  readonly machine: Machine;
}

/** s without a sign of life, after which a machine is taken for dead */
const lease = 30;
/** ms until a machine that found nothing looks again */
const lookAgain = 500;

export class World {
  readonly timeline = new Timeline();
  readonly latencies: number[] = [];
  readonly hosts: readonly Host[];
  readonly databaseHost: Host;
  readonly database: Database;
  readonly provider: Provider;
  readonly backlog: Backlog;
  readonly machines: readonly Machine[];
  asked: number;
  sent = 0;
  unknown = 0;
  readonly #scenario: Scenario;
  readonly #random;
  readonly #pace: Pace;
  readonly #doors: readonly Door[];
  /** Claimed, and the answer has not come yet; one claim of each machine. */
  readonly #underWay = new Map<Store, readonly Mail[]>();

  constructor(scenario: Scenario) {
    const { campaign, machines, cores, isOneHost, rate = Number.POSITIVE_INFINITY, quota } = scenario;
    this.#scenario = scenario;
    this.#random = seededRandom(scenario.seed ?? 1);
    this.asked = campaign;
    this.backlog = new Backlog(campaign, scenario.transactional?.isFirst ?? true);
    this.#pace = new Pace(this.timeline, rate, quota);
    const host = new Host(this.timeline, cores);
    this.hosts = Array.from({ length: machines }, (_, index) =>
      isOneHost || index === 0 ? host : new Host(this.timeline, cores),
    );
    this.databaseHost = isOneHost ? host : new Host(this.timeline, scenario.databaseCores ?? 4);
    this.database = this.#openDatabase();
    this.provider = this.#openProvider(isOneHost ? new Thread(host) : undefined);
    this.#doors = this.hosts.map((own) => this.#openDoor(own));
    this.machines = this.#doors.map(({ machine }) => machine);
  }

  start(): void {
    const { transactional, machineDies, databaseDown } = this.#scenario;
    for (const machine of this.machines) machine.wake();
    if (transactional) this.#bring(transactional.perSecond / 1000);
    if (machineDies !== undefined) this.timeline.after(machineDies * 1000, () => this.#loseMachine());
    if (databaseDown && databaseDown[1] - databaseDown[0] > lease)
      this.timeline.after(databaseDown[1] * 1000, () => this.#recoverAllButOne());
  }

  get connections(): number {
    const stores = this.#doors.map(({ store }) => store).filter((store) => store instanceof DatabaseStore);
    return stores.reduce((sum, { mostInUse }) => sum + mostInUse, 0);
  }

  get held(): number {
    const underWay = [...this.#underWay.values()].reduce((sum, mails) => sum + mails.length, 0);
    return this.machines.reduce((sum, { held }) => sum + held.length, underWay);
  }

  #openDatabase(): Database {
    const { commitWait = commitOfVolume, network = networkOfZone, databaseDown } = this.#scenario;
    return new Database(this.timeline, {
      ...{ host: this.databaseHost, commitWait, network },
      down: inMs(databaseDown),
    });
  }

  #openProvider(sink: Thread | undefined): Provider {
    const { answer, providerDown } = this.#scenario;
    const onTaken = (mail: Mail): void => {
      if (mail.isTransactional) this.latencies.push(this.timeline.now - mail.dueAt);
    };
    const options = { answer, down: inMs(providerDown), sink, random: this.#random, onTaken };
    return new Provider(this.timeline, options);
  }

  #openDoor(host: Host): Door {
    const { concurrency, mailWork, ahead = 1 } = this.#scenario;
    const { timeline, provider } = this;
    const main = new Thread(host);
    const store = this.#openStore(host, main);
    const machine = new Machine({
      ...{ timeline, main, store, provider, concurrency, ahead, mailWork },
      nextClaim: () => (this.backlog.size === 0 ? lookAgain : this.#pace.next),
      onSettled: (mails) => {
        this.sent += mails.length;
      },
      onLater: (mails) => {
        this.#pace.giveBack(mails.length);
        this.backlog.giveBack(mails);
      },
    });
    return { main, store, machine };
  }

  #openStore(host: Host, main: Thread): Store {
    const { timeline } = this;
    const shared: Shared = {
      take: (wanted) => {
        const mails = this.#claim(wanted);
        this.#underWay.set(store, mails);
        return mails;
      },
      add: (mail) => {
        this.asked += 1;
        this.backlog.add(mail);
      },
      arrived: () => this.#underWay.delete(store),
    };
    const { store: kind, commitWait = file.commitWait } = this.#scenario;
    const store: Store =
      kind === 'file'
        ? new FileStore({ timeline, host, main, shared, commitWait })
        : new DatabaseStore(this.database, main, shared);
    return store;
  }

  #claim(wanted: number): readonly Mail[] {
    const granted = this.#pace.take(wanted);
    const mails = this.backlog.take(granted);
    this.#pace.giveBack(granted - mails.length);
    return mails;
  }

  /** Single mails come at any moment, to one machine after the other. */
  #bring(perMs: number): void {
    let next = 0;
    const bringOne = (): void => {
      const alive = this.#doors.filter(({ machine }) => !machine.isDead);
      const door = alive[next % alive.length];
      next += 1;
      if (door) this.#accept(door);
      this.timeline.after(untilNext(this.#random, perMs), bringOne);
    };
    this.timeline.after(untilNext(this.#random, perMs), bringOne);
  }

  #accept({ main, store, machine }: Door): void {
    const mail: Mail = { dueAt: this.timeline.now, isTransactional: true };
    main.work(acceptance.main, () => store.accept(mail, (isDone) => isDone && machine.wake()));
  }

  #loseMachine(): void {
    const [machine] = this.machines;
    if (!machine) return;
    machine.die();
    this.timeline.after(recoveredAfter, () => {
      this.unknown += machine.forfeit().length;
    });
  }

  /** Whoever is back first takes the others, which could not say that they live either, for dead. */
  #recoverAllButOne(): void {
    for (const machine of this.machines.slice(1)) this.unknown += machine.forfeit().length;
  }
}

function inMs(span: Span | undefined): Span | undefined {
  return span && [span[0] * 1000, span[1] * 1000];
}
