/** What was accepted, kept, sent and told by several machines comes in; what does not agree goes out. */

/** A copy, as the database has it. */
export interface KeptCopy {
  /** Given to it by who sent it, and in no other. */
  readonly name: string;
  readonly state: string;
  /** A flow waits for its result. */
  readonly reports: boolean;
}

/** A result that came out of a flow. */
export interface ToldResult {
  readonly machine: string;
  readonly name: string;
  readonly status: string;
  readonly resumed: boolean;
}

export interface Books {
  /** Names of what whoever sent it was told to be accepted. */
  readonly accepted: readonly string[];
  readonly kept: readonly KeptCopy[];
  /** A name for each mail that came to the mail server. */
  readonly arrived: readonly string[];
  readonly told: readonly ToldResult[];
}

export interface Allowance {
  /** Copies that were in the hands of who died. */
  readonly unknown?: number;
  /** Results that who died had told and not marked. */
  readonly toldAgain?: number;
  /** Names of those who are on the list. */
  readonly suppressed?: readonly string[];
}

/** Sentences; none when each mail was sent once and told once, or is `unknown` and was sent once at most. */
export function faultsOf(books: Books, allowance: Allowance = {}): string[] {
  const { unknown = 0, toldAgain = 0, suppressed = [] } = allowance;
  const kept = new Map(books.kept.map((copy) => [copy.name, copy]));
  const arrived = countOf(books.arrived);
  const lost = books.accepted.filter((name) => !kept.has(name)).map((name) => `${name}: accepted and lost`);
  const strange = [...arrived.keys()]
    .filter((name) => !kept.has(name))
    .map((name) => `${name}: never accepted`);
  const ofCopies = books.kept.flatMap((copy) => {
    const count = arrived.get(copy.name) ?? 0;
    return suppressed.includes(copy.name) ? faultsOfHeld(copy, count) : faultsOfCopy(copy, count);
  });
  const unknowns = books.kept.filter(({ state }) => state === 'unknown').length;
  const tooMany = unknowns > unknown ? [`${unknowns} copies are unknown, ${unknown} at most may be`] : [];
  return [...lost, ...strange, ...ofCopies, ...tooMany, ...faultsOfTold(books, toldAgain)];
}

function faultsOfCopy({ name, state }: KeptCopy, count: number): string[] {
  if (state !== 'sent' && state !== 'unknown') return [`${name}: ${state}`];
  if (count > 1) return [`${name}: came ${count} times`];
  return state === 'sent' && count === 0 ? [`${name}: sent and never came`] : [];
}

function faultsOfHeld({ name, state }: KeptCopy, count: number): string[] {
  return state === 'suppressed' && count === 0
    ? []
    : [`${name}: ${state}, came ${count} times to one who left`];
}

function faultsOfTold({ kept, told }: Books, toldAgain: number): string[] {
  const counts = countOf(told.map(({ name }) => name));
  const waiting = kept.filter(({ reports }) => reports);
  const untold = waiting.filter(({ name }) => !counts.has(name)).map(({ name }) => `${name}: never told`);
  const stateOf = new Map(kept.map(({ name, state }) => [name, state]));
  const wrong = told
    .filter(({ name, status }) => stateOf.get(name) !== status)
    .map(({ name, status }) => `${name}: told as ${status}`);
  const again = [...counts.values()].filter((count) => count > 1).length;
  const tooOften = again > toldAgain ? [`${again} results were told twice, ${toldAgain} at most may be`] : [];
  return [...untold, ...wrong, ...tooOften];
}

function countOf(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
