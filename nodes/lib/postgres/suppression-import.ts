/** One import at a time, on whatever machine: who has the claim for it may begin one, and makes up for one that was cut off. */
import { randomUUID } from 'node:crypto';
import type { Claim, Claims } from '../kernel/claims.ts';
import { EmailError } from '../kernel/errors.ts';
import type { SuppressionImport } from '../suppression/suppression-import.ts';
import type { NewSuppression } from '../suppression/suppression-list.ts';
import { requireExpiry } from '../suppression/suppression-policy.ts';
import type { HashedEntry } from './suppression-adding.ts';
import {
  beginLoad,
  decideLoad,
  dropLoad,
  dropUndecided,
  isUnfinished,
  stageEntries,
  sweepStaged,
  workThrough,
} from './suppression-loading.ts';
import type { ListNews } from './suppression-told.ts';
import type { ListPlace } from './suppression-turn.ts';

export interface ImportRooms {
  readonly claims: Claims;
  readonly news: ListNews;
  readonly hashed: (entry: NewSuppression) => HashedEntry;
}

const claimName = 'suppression-import';
/** In one statement, so that others get their turn. */
const entriesOfCall = 5000;

export function listImports(place: ListPlace, { claims, news, hashed }: ImportRooms) {
  // a load outlives the loss of its claim as long as nobody began another: that is what each of its statements looks at
  const take = () => claims.take(claimName, () => {});
  let recovering: Promise<unknown> = Promise.resolve();
  const recover = async (): Promise<void> => {
    // the claim is left to who wants to begin one
    const claim = (await isUnfinished(place)) ? await take() : undefined;
    if (!claim) return;
    try {
      await makeUp(place, news);
    } finally {
      await giveBack(claim);
    }
  };
  return {
    async start(at: number): Promise<SuppressionImport> {
      await recovering;
      const claim = await take();
      if (!claim) throw new EmailError('import-running', { retryable: true });
      const id = randomUUID();
      try {
        await makeUp(place, news);
        await beginLoad(place, id);
      } catch (error) {
        await giveBack(claim);
        throw error;
      }
      return loadOf(place, { id, at, claim, news, hashed });
    },
    /** What was cut off is brought to its end, unless another sees to it. */
    recover(): Promise<void> {
      const done = recovering.then(recover);
      recovering = done.catch(() => {});
      return done;
    },
  };
}

async function makeUp(place: ListPlace, news: ListNews): Promise<void> {
  await dropUndecided(place);
  await workThrough(place, news);
  await sweepStaged(place);
}

/** What cannot be given back ends with the connection that holds it. */
async function giveBack(claim: Claim): Promise<void> {
  await claim.release().catch(() => {});
}

interface Load extends Omit<ImportRooms, 'claims'> {
  readonly id: string;
  readonly at: number;
  readonly claim: Claim;
}

function loadOf(place: ListPlace, { id, at, claim, news, hashed }: Load): SuppressionImport {
  let isOver = false;
  const ending = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    try {
      return await work();
    } finally {
      isOver = true;
      await sweepStaged(place).catch(() => {});
      await giveBack(claim);
    }
  };
  return {
    async stage(entries) {
      for (const entry of entries) requireExpiry(entry);
      for (let start = 0; start < entries.length; start += entriesOfCall) {
        const some = entries.slice(start, start + entriesOfCall).map(hashed);
        if (!(await stageEntries(place, id, some))) throw pushedAside();
      }
    },
    async commit(onProgress) {
      if (!(await decideLoad(place, id, at))) throw pushedAside();
      return ending(() => workThrough(place, news, onProgress));
    },
    async drop() {
      if (!isOver) await ending(() => dropLoad(place, id));
    },
  };
}

/** The database was out of reach for so long that another machine has begun an import. */
function pushedAside(): EmailError {
  return new EmailError('import-running', { retryable: true });
}
