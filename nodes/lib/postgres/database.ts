/** PostgreSQL as the adapters of this room see it; `open-database.ts` makes one of a pool of connections. */

export interface Queries {
  /** One statement with its values (`$1`, …). Throws EmailError `store-unavailable` (retryable) or `disk-full`. */
  query<Row = never>(text: string, values?: readonly unknown[]): Promise<readonly Row[]>;
}

export interface Database extends Queries {
  /** All or nothing, READ COMMITTED; done again when PostgreSQL asks for it (40001, 40P01). The work may refuse by an EmailError. */
  transaction<Result>(work: (tx: Queries) => Promise<Result>): Promise<Result>;
  /** Hears `NOTIFY` on a channel, also after the connection was lost and found again; then once without a payload. */
  listen(channel: string, listener: (payload: string | undefined) => void): () => void;
}

/** Milliseconds since the epoch are `bigint` columns and arrive as numbers; `bytea` as Buffer; `json` as text. */
export interface Place {
  readonly database: Database;
  /** Every row of every table belongs to one app; first in every key. */
  readonly appId: string;
  /** This process, among those of the app: a UUID made at its start. */
  readonly instance: string;
}
