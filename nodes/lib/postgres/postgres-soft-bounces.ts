/** The port `SoftBounceTally` on PostgreSQL: addresses become hashes here, as those of the suppression list do. */
import type { SoftBounceTally } from '../event/automatic-suppression.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import { addressHasher } from '../suppression/address-hasher.ts';
import type { Place } from './database.ts';
import { withoutNul } from './suppression-adding.ts';

const add = `INSERT INTO email_app.soft_bounce (app, person, mail, at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`;
const count = `SELECT count(*) AS found FROM email_app.soft_bounce WHERE app = $1 AND person = $2 AND at >= $3`;
const forget = 'DELETE FROM email_app.soft_bounce WHERE app = $1 AND person = $2';
const prune = 'DELETE FROM email_app.soft_bounce WHERE app = $1 AND at < $2';

export function postgresSoftBounces({ database, appId }: Place, keys: KeyRing): SoftBounceTally {
  const hasher = addressHasher(keys.current('address-hash').secret);
  const personOf = (address: string) => hasher.hash(address).person;
  return {
    async add({ address, mail, at, since }) {
      const person = personOf(address);
      // counted after the commit: of two machines at least one sees both
      await database.query(add, [appId, person, withoutNul(mail), at]);
      const [row] = await database.query<{ found: number }>(count, [appId, person, since]);
      return row?.found ?? 0;
    },
    async forget(address) {
      await database.query(forget, [appId, personOf(address)]);
    },
    async prune(before) {
      await database.query(prune, [appId, before]);
    },
  };
}
