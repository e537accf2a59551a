/** This program among those of an app: it says that it lives, and looks after what dead ones held. */
import type { Clock } from '../kernel/clock.ts';
import { asEmailError, type EmailError } from '../kernel/errors.ts';
import { inTime } from '../kernel/in-time.ts';
import { keptConnection } from './kept-connection.ts';
import {
  buryOne,
  buryUnheard,
  type InstancePlace,
  type Recover,
  recoverBuried,
} from './recover-instances.ts';
import { regularly } from './regularly.ts';

export interface InstanceOptions {
  readonly clock: Clock;
  /** ms from anywhere, of a clock that nobody sets. */
  readonly elapsed: () => number;
  readonly recover: Recover;
  /** What keeps this one from saying that it lives, or a dead one from being recovered. */
  readonly onTrouble: (error: EmailError) => void;
}

export interface Instance {
  /** False when others may soon take this one for dead: it begins nothing more until it was heard again. */
  isFresh(): boolean;
  /** What it still holds goes to the others; in a few seconds at most. Never rejects. */
  leave(): Promise<void>;
}

const renewEvery = 5_000;
/** An answer that comes later is none. */
const patience = 4_000;
/** Less than `deadAfter` by more than what is begun at the last moment may take to arrive. */
const freshFor = 20_000;
const longestFarewell = 5_000;

/** Throws what the database throws. */
export async function joinInstances(place: InstancePlace, options: InstanceOptions): Promise<Instance> {
  const { clock, elapsed, onTrouble } = options;
  const sign = signOfLife(place, options);
  await sign.give();
  const quietly = (work: () => Promise<void>) => () =>
    work().catch((error) => onTrouble(asEmailError(error)));
  const lookForDead = async (): Promise<void> => {
    await buryUnheard(place);
    await recoverBuried(place, options.recover);
  };
  const stopSaying = regularly(clock, renewEvery, quietly(sign.give));
  const stopLooking = regularly(clock, renewEvery, quietly(lookForDead));
  let isLeaving = false;
  const leave = async (): Promise<void> => {
    await Promise.all([stopSaying(), stopLooking()]);
    await sign.end();
    await buryOne(place, place.instance);
    await recoverBuried(place, options.recover);
  };
  return {
    isFresh() {
      const { since, at } = sign.last();
      // a machine that slept does not know it by the one, and one whose clock was set by the other
      return !isLeaving && elapsed() - since < freshFor && clock.now() - at < freshFor;
    },
    leave() {
      isLeaving = true;
      // whoever does not come through is found to be dead
      return inTime(
        leave().catch(() => {}),
        { clock, ms: longestFarewell },
        () => {},
      );
    },
  };
}

/** Taken for dead and not yet recovered, it lives again only afterwards: what it takes then must not be given to others. */
const comeToLife = `
  INSERT INTO email_app.instance (app, id, seen_at) SELECT $1::text, $2::text, clock_timestamp()
    WHERE NOT EXISTS (SELECT FROM email_app.dead_instance WHERE app = $1 AND id = $2) RETURNING 1`;

function signOfLife({ database, appId, instance }: InstancePlace, { clock, elapsed }: InstanceOptions) {
  const connection = keptConnection(database, patience);
  let last = { since: Number.NEGATIVE_INFINITY, at: 0 };
  return {
    last: () => last,
    end: connection.end,
    async give(): Promise<void> {
      // from before it was given: nobody can have heard it earlier
      const given = { since: elapsed(), at: clock.now() };
      const of = [appId, instance];
      const [renewed] = await connection.query(
        'UPDATE email_app.instance SET seen_at = clock_timestamp() WHERE app = $1 AND id = $2 RETURNING 1',
        of,
      );
      // a statement of its own sees who was taken for dead while the first one waited
      const [lives] = renewed ? [renewed] : await connection.query(comeToLife, of);
      if (lives) last = given;
    },
  };
}
