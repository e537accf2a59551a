/** The store's part of config, credentials and environment comes in; where the app keeps its data goes out. */
import { readHost, readTls } from './read-route.ts';
import {
  badSetting,
  type RawSettings,
  readNumber,
  readOneOf,
  readSecret,
  readText,
  requireText,
} from './setting-readers.ts';
import type { PostgresStore, StoreSettings } from './store-settings.ts';

export interface StoreSources {
  readonly config: RawSettings;
  readonly credentials: RawSettings;
  /** What a TLS node filled in for the database. */
  readonly tls?: RawSettings;
  /** `postgres://user:password@host:port/database`, for a dialog that names no host. */
  readonly url?: string;
}

const kinds = ['file', 'postgres'] as const;
const securities = ['tls', 'none'] as const;
const usualPort = 5432;

/** Throws EmailError `bad-settings`. */
export function readStoreSettings(sources: StoreSources): StoreSettings {
  const { config } = sources;
  const kind = readOneOf(config, 'storeKind', kinds);
  if (kind === 'file') return { kind };
  const place = readText(config, 'storeHost') === undefined ? readUrl(sources) : readPlace(sources);
  const isPlain = readOneOf(config, 'storeSecurity', securities) === 'none';
  return {
    kind,
    ...place,
    tls: isPlain ? undefined : readTls(sources.tls, 'storeTls'),
    connections: readNumber(config, 'storeConnections', { least: 1, most: 50, otherwise: 4 }),
  };
}

type Place = Pick<PostgresStore, 'host' | 'port' | 'database' | 'user' | 'password'>;

function readPlace({ config, credentials }: StoreSources): Place {
  return {
    host: readHost(requireText(config, 'storeHost'), 'storeHost'),
    port: readNumber(config, 'storePort', { least: 1, most: 65_535, otherwise: usualPort }),
    database: requireText(config, 'storeDatabase'),
    user: requireText(config, 'storeUser'),
    password: readSecret(credentials, 'storePassword'),
  };
}

function readUrl({ url: text }: StoreSources): Place {
  if (text === undefined)
    throw badSetting('storeHost', 'it is empty, and EMAIL_APP_POSTGRES is not set in the environment either');
  const url = URL.parse(text);
  const isPostgres = url?.protocol === 'postgres:' || url?.protocol === 'postgresql:';
  const database = url && decoded(url.pathname.slice(1));
  const user = url && decoded(url.username);
  if (!url || !isPostgres || !database || !user || url.search || url.hash)
    throw badSetting('EMAIL_APP_POSTGRES', 'it must be like postgres://user:password@host:5432/database');
  return {
    host: readHost(url.hostname.replace(/^\[|\]$/g, ''), 'EMAIL_APP_POSTGRES'),
    port: Number(url.port || usualPort),
    database,
    user,
    password: decoded(url.password) || undefined,
  };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
