/** The port `Claims` on PostgreSQL: a claim is an advisory lock of one connection, and ends with it. */
import type { Claim, Claims } from '../kernel/claims.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Connection, OpenDatabase } from './open-database.ts';

export interface AdvisoryClaims extends Claims {
  /** Gives all back. */
  close(): Promise<void>;
}

/** What is claimed is lost after this: asked each second, answered within so many ms. */
const askEvery = 1_000;
const patience = 4_000;

/**
 * The server notices a machine that is gone without a word after these seconds without any sign of it, and only then may
 * another have its claims: `patience` and `askEvery` end before.
 * https://www.postgresql.org/docs/current/runtime-config-connection.html#GUC-TCP-KEEPALIVES-IDLE
 */
const keepAlive = `
  SET tcp_keepalives_idle = 4; SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 3; SET tcp_user_timeout = 10000`;

/** Those of an app; of the same name in another app nobody knows. */
export function advisoryClaims(
  database: Pick<OpenDatabase, 'connect'>,
  appId: string,
  clock: Clock,
): AdvisoryClaims {
  let holding: Promise<HoldingConnection> | undefined;
  /** `take` throws what connecting throws, and the next one tries anew. */
  const hold = (): Promise<HoldingConnection> => {
    const opening = openHolding(database, clock, () => {
      if (holding === opening) holding = undefined;
    });
    opening.catch(() => {
      if (holding === opening) holding = undefined;
    });
    return opening;
  };
  return {
    async take(name, onLost) {
      holding ??= hold();
      return (await holding).take(JSON.stringify([appId, name]), onLost);
    },
    async close() {
      const held = await holding?.catch(() => undefined);
      holding = undefined;
      await held?.end();
    },
  };
}

async function openHolding(
  database: Pick<OpenDatabase, 'connect'>,
  clock: Clock,
  onEnd: () => void,
): Promise<HoldingConnection> {
  const connection = await database.connect(patience);
  await connection.query(keepAlive);
  return new HoldingConnection(connection, clock, onEnd);
}

class HoldingConnection {
  readonly #connection: Connection;
  readonly #clock: Clock;
  readonly #onEnd: () => void;
  /** Told when lost; a name stands here once, for a session could take its own lock again. */
  readonly #held = new Map<string, () => void>();
  #isOver = false;
  #callOff = (): void => {};

  constructor(connection: Connection, clock: Clock, onEnd: () => void) {
    this.#connection = connection;
    this.#clock = clock;
    this.#onEnd = onEnd;
    connection.onLost(() => this.#lose());
    this.#ask();
  }

  async take(name: string, onLost: () => void): Promise<Claim | undefined> {
    if (this.#held.has(name)) return undefined;
    this.#held.set(name, () => {});
    if (!(await this.#tryLock(name))) {
      this.#held.delete(name);
      return undefined;
    }
    this.#held.set(name, onLost);
    return { release: () => this.#release(name, onLost) };
  }

  async end(): Promise<void> {
    this.#isOver = true;
    this.#callOff();
    await this.#connection.end();
  }

  /** What fails here may have been locked all the same: so the connection goes, and with it everything. */
  async #tryLock(name: string): Promise<boolean> {
    try {
      const [row] = await this.#connection.query<{ taken: boolean }>(
        `SELECT pg_try_advisory_lock(${lockOf}) AS taken`,
        [name],
      );
      return row?.taken === true && !this.#isOver;
    } catch (error) {
      this.#lose();
      throw error;
    }
  }

  async #release(name: string, onLost: () => void): Promise<void> {
    if (this.#isOver || this.#held.get(name) !== onLost) return;
    try {
      await this.#connection.query(`SELECT pg_advisory_unlock(${lockOf})`, [name]);
      this.#held.delete(name);
    } catch {
      this.#held.delete(name);
      this.#lose();
    }
  }

  #ask(): void {
    this.#callOff = this.#clock.after(askEvery, () => {
      this.#connection.query('SELECT').then(
        () => !this.#isOver && this.#ask(),
        () => this.#lose(),
      );
    });
  }

  #lose(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#callOff();
    this.#onEnd();
    for (const onLost of this.#held.values()) onLost();
    void this.#connection.end();
  }
}

const lockOf = `hashtextextended('email_app claim ' || $1, 0)`;
