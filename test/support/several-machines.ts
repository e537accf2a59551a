/** Several Node-REDs with the same flow on one database, each behind a network of its own that can fail. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../nodes/lib/kernel/clock.ts';
import { formatKeys, keyPurposes, newKey, type StoredKeys } from '../../nodes/lib/keys/stored-keys.ts';
import { type OpenDatabase, openDatabase } from '../../nodes/lib/postgres/open-database.ts';
import { type CuttableProxy, openCuttableProxy } from './cuttable-proxy.ts';
import type { Books, KeptCopy } from './mail-ledger.ts';
import { type MailSink, openMailSink } from './mail-sink.ts';
import { type PostgresServer, startPostgres } from './postgres-server.ts';
import { pacedApp, sharedApp, sharedFlow } from './shared-flow.ts';
import { type RunningNodeRed, startNodeRed } from './start-node-red.ts';
import { until } from './until.ts';

/** A line of what a machine tells; which facts there are depends on `what`. */
export interface Told {
  readonly what: 'result' | 'event' | 'mail' | 'state' | 'failure';
  readonly machine: string;
  readonly name: string;
  readonly id: string;
  readonly status: string;
  readonly resumed: boolean;
}

export interface Machine {
  readonly name: string;
  readonly network: CuttableProxy;
  /** As the database knows the app's instance on it. */
  readonly instance: string;
  told(what: Told['what']): readonly Told[];
  /** False if it was not accepted, or nobody knows. */
  post(path: string, body: object): Promise<boolean>;
  /** Of the admin side; of the app's node. */
  order(work: 'pause' | 'resume', app?: string): Promise<void>;
  health(): Promise<{ status: number; level: string }>;
  isPaused(app?: string): Promise<boolean>;
  kill(): Promise<void>;
  start(): Promise<void>;
}

export interface SeveralOptions {
  readonly count?: number;
  readonly imap?: number;
  /** ms that the mail server takes for a mail */
  readonly slowness?: number;
  readonly app?: object;
}

export interface SeveralMachines {
  readonly machines: readonly Machine[];
  readonly sink: MailSink;
  readonly server: PostgresServer;
  readonly database: OpenDatabase;
  /** Names of what each machine said it accepted. */
  readonly accepted: readonly string[];
  /** Has some accept mails until it is ended: not more than the mail server takes in a moment. */
  load(machines?: readonly Machine[]): () => Promise<void>;
  /** False if they were not accepted. */
  give(machine: Machine, path: string, count: number): Promise<boolean>;
  /** Resolves when nothing waits, and each result was told. */
  atRest(limit?: number): Promise<void>;
  books(): Promise<Books>;
  /** As if the time had passed after which others take somebody who says nothing for dead. */
  letExpire(machine: Machine): Promise<void>;
  close(): Promise<void>;
}

export async function startSeveral(options: SeveralOptions = {}): Promise<SeveralMachines> {
  const server = await startPostgres();
  const sink = await openMailSink({ slowness: options.slowness ?? 20 });
  const database = await openDatabase({ address: server.address, clock: systemClock });
  const folder = mkdtempSync(join(tmpdir(), 'several-'));
  const several = new Several({ server, sink, database, folder, options });
  await several.startAll().catch(async (error) => {
    await several.close();
    throw error;
  });
  return several;
}

interface Rooms {
  readonly server: PostgresServer;
  readonly sink: MailSink;
  readonly database: OpenDatabase;
  readonly folder: string;
  readonly options: SeveralOptions;
}

/** Mails that may be under way while more are given. */
const mostUnderWay = 80;
const inOne = 4;
/** ms that somebody waits for another machine, or the database. */
const patience = 300_000;
const ehloOf = (name: string) => `${name}.example.com`;

class Several implements SeveralMachines {
  readonly server: PostgresServer;
  readonly sink: MailSink;
  readonly database: OpenDatabase;
  readonly machines: NodeRedMachine[] = [];
  readonly accepted: string[] = [];
  readonly #rooms: Rooms;
  #names = 0;

  constructor(rooms: Rooms) {
    this.server = rooms.server;
    this.sink = rooms.sink;
    this.database = rooms.database;
    this.#rooms = rooms;
  }

  async startAll(): Promise<void> {
    const { server, sink, folder, options } = this.#rooms;
    const { imap, app } = options;
    const flows = sharedFlow({ smtp: sink.port, imap, database: server.address, app });
    const [keys, pacedKeys] = [freshKeys(), freshKeys()];
    for (let index = 0; index < (options.count ?? 3); index += 1) {
      const network = await openCuttableProxy(server.address.port);
      const name = `m${index}`;
      const env = {
        ...{ DATABASE_PORT: String(network.port), EHLO: ehloOf(name), STORY: join(folder, `${name}.story`) },
        ...{ [`EMAIL_APP_KEYS_${sharedApp}`]: keys, [`EMAIL_APP_KEYS_${pacedApp}`]: pacedKeys },
      };
      writeFileSync(env.STORY, '');
      const place = { name, network, env, flows, userDir: join(folder, name), database: this.database };
      const machine = new NodeRedMachine(place);
      this.machines.push(machine);
      await machine.start();
    }
  }

  load(machines: readonly Machine[] = this.machines): () => Promise<void> {
    let isOver = false;
    const give = async (machine: Machine): Promise<void> => {
      while (!isOver) {
        const isTaken = await this.give(machine, 'queue', inOne);
        if (isTaken) await this.give(machine, 'report', 1);
        else await until(async () => isOver || (await machine.health()).status === 200, patience);
        await until(() => isOver || this.#underWay < mostUnderWay, patience);
      }
    };
    const giving = machines.map(give);
    return async () => {
      isOver = true;
      await Promise.all(giving);
    };
  }

  async give(machine: Machine, path: string, count: number): Promise<boolean> {
    const first = this.#names;
    this.#names += count;
    const names = Array.from({ length: count }, (_, index) => `${path}-${machine.name}-${first + index}`);
    const isAccepted = await machine.post(path, { names });
    // what reports is answered before it is accepted
    if (isAccepted && path !== 'report') this.accepted.push(...names);
    return isAccepted;
  }

  get #underWay(): number {
    return this.accepted.length - this.sink.mails.filter(({ to }) => !String(to).startsWith('report')).length;
  }

  async atRest(limit = 60_000): Promise<void> {
    await until(async () => {
      const sql = `SELECT (SELECT count(*) FROM email_app.turn) + (SELECT count(*) FROM email_app.owed) AS left`;
      const rows = await this.database.query<{ left: number }>(sql).catch(() => []);
      return rows[0]?.left === 0;
    }, limit);
  }

  async books(): Promise<Books> {
    const rows = await this.database.query<KeptCopy>(
      `SELECT convert_from(part.correlation_id, 'UTF8') AS name, request.reports,
        coalesce(turn.state, outcome.state, 'none') AS state
      FROM email_app.part JOIN email_app.request ON request.app = part.app AND request.key = part.request
      LEFT JOIN email_app.turn
        ON turn.app = part.app AND turn.request = part.request AND turn.position = part.position
      LEFT JOIN email_app.outcome
        ON outcome.app = part.app AND outcome.request = part.request AND outcome.position = part.position`,
    );
    return {
      accepted: this.accepted,
      kept: rows,
      arrived: this.sink.mails.map(({ to }) => String(to).replace(/@.*/, '')),
      told: this.machines.flatMap((machine) => machine.told('result')),
    };
  }

  async letExpire({ instance }: Machine): Promise<void> {
    await this.database.query(
      `UPDATE email_app.instance SET seen_at = seen_at - interval '31 seconds' WHERE id = $1`,
      [instance],
    );
  }

  async close(): Promise<void> {
    await Promise.all(this.machines.map((machine) => machine.close()));
    await this.database.close();
    await this.server.end();
    await this.sink.close();
    rmSync(this.#rooms.folder, { recursive: true, force: true });
  }
}

interface MachinePlace {
  readonly name: string;
  readonly network: CuttableProxy;
  readonly env: Readonly<Record<string, string>>;
  readonly flows: readonly object[];
  readonly userDir: string;
  readonly database: OpenDatabase;
}

class NodeRedMachine implements Machine {
  readonly name: string;
  readonly network: CuttableProxy;
  instance = '';
  readonly #place: MachinePlace;
  #nodeRed: RunningNodeRed | undefined;

  constructor(place: MachinePlace) {
    this.name = place.name;
    this.network = place.network;
    this.#place = place;
  }

  told(what: Told['what']): Told[] {
    const lines = readFileSync(String(this.#place.env.STORY), 'utf8').split('\n').slice(0, -1);
    return lines
      .map((line) => ({ ...(JSON.parse(line) as Told), machine: this.name }))
      .filter((one) => one.what === what);
  }

  async post(path: string, body: object): Promise<boolean> {
    const answer = await this.#ask(`/${path}`, { method: 'POST', body: JSON.stringify(body) }).catch(
      () => undefined,
    );
    return answer?.ok === true;
  }

  async order(work: 'pause' | 'resume', app = 'app'): Promise<void> {
    const answer = await this.#ask(`/email-app/${app}/${work}`, { method: 'POST', body: '{}' });
    if (!answer.ok) throw new Error(`${work}: ${answer.status} ${await answer.text()}`);
  }

  async health(): Promise<{ status: number; level: string }> {
    const answer = await this.#ask('/email-app/health');
    const { status } = (await answer.json()) as { status: string };
    return { status: answer.status, level: status };
  }

  async isPaused(app = 'app'): Promise<boolean> {
    const answer = await this.#ask('/email-app/apps');
    const { apps } = (await answer.json()) as { apps: { nodeId: string; queue?: { paused: boolean } }[] };
    return apps.find(({ nodeId }) => nodeId === app)?.queue?.paused === true;
  }

  async start(): Promise<void> {
    const { env, flows, userDir, database } = this.#place;
    const before = await instances(database);
    // what was deployed once starts by itself
    const fresh = this.instance === '' ? flows : undefined;
    this.#nodeRed = await startNodeRed({ version: 5, env: { ...env }, userDir, flows: fresh });
    await until(async () => {
      const [joined] = (await instances(database)).filter((id) => !before.includes(id));
      if (joined !== undefined) this.instance = joined;
      return joined !== undefined;
    });
  }

  async kill(): Promise<void> {
    await this.#nodeRed?.kill();
    this.#nodeRed = undefined;
  }

  async close(): Promise<void> {
    await this.#nodeRed?.stop();
    await this.network.close();
  }

  #ask(path: string, order: RequestInit = {}): Promise<Response> {
    const headers = { 'content-type': 'application/json', 'x-email-app': '1' };
    return fetch(`${this.#nodeRed?.url}${path}`, { ...order, headers, signal: AbortSignal.timeout(20_000) });
  }
}

/** None before the tables are there. */
async function instances(database: OpenDatabase): Promise<string[]> {
  const sql = 'SELECT id FROM email_app.instance WHERE app = $1';
  const rows = await database.query<{ id: string }>(sql, [sharedApp]).catch(() => []);
  return rows.map(({ id }) => id);
}

function freshKeys(): string {
  const rings = keyPurposes.map((purpose) => [purpose, [newKey([], Date.now(), randomBytes)]]);
  return formatKeys(Object.fromEntries(rings) as unknown as StoredKeys);
}
