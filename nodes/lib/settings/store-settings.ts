import type { TlsSettings } from './app-settings.ts';

/** Where an app keeps what it must not lose: a file in its own folder, or a database that several machines share. */
export type StoreSettings = FileStore | PostgresStore;

export interface FileStore {
  readonly kind: 'file';
}

export interface PostgresStore {
  readonly kind: 'postgres';
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password?: string;
  /** Undefined: plain text, only on the machine itself or in a network that nobody else reads. */
  readonly tls?: TlsSettings;
  /** Connections of this process at most, besides two for locks and notices. */
  readonly connections: number;
}
