/** Settings of a database come in; how it is reached goes out. */
import type { DatabaseAddress } from '../postgres/open-database.ts';
import type { PostgresStore } from '../settings/store-settings.ts';

export function databaseAddress({
  host,
  port,
  database,
  user,
  password,
  tls,
}: PostgresStore): DatabaseAddress {
  const place = { host, port, database, user, password };
  if (!tls) return place;
  const { verify, ...certificates } = tls;
  return { ...place, tls: { servername: host, ...certificates, rejectUnauthorized: verify } };
}
