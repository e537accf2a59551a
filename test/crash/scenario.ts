/** The form of a row of the crash matrix: `npm test` runs each with few kills, `npm run soak` with many. */

export interface Scenario {
  /** As in `npm run soak -- --only <name>`. */
  readonly name: string;
  /** What is killed, as the subject of a sentence. */
  readonly subject: string;
  /** What holds, as the rest of that sentence. */
  readonly promise: string;
  /** Kills in `npm test`. */
  readonly kills: number;
  /** Accepted per kill at the least; fewer prove nothing. */
  readonly leastPerKill: number;
  /** States in which kills must have found it, by `Toll.found`. */
  readonly states: readonly string[];
  readonly controls: readonly Control[];
  /** Why it cannot run on this machine. */
  missing?(): string | undefined;
  run(orders: Orders): Promise<Toll>;
}

/** The same with one protection taken out: a check that sees nothing then would never see a thing. */
export interface Control {
  readonly mode: string;
  /** What must be seen, after “would be caught”. */
  readonly fault: string;
  /** Where it is seen. */
  readonly in: 'lost' | 'wrong';
  readonly kills: number;
}

export interface Orders {
  /** Empty, for this run alone. */
  readonly folder: string;
  readonly kills: number;
  /** `honest`, or that of a control. */
  readonly mode: string;
  readonly onKill: () => void;
}

export interface Toll {
  readonly kills: number;
  /** What was promised to somebody. */
  readonly accepted: number;
  /** Promised and gone. */
  readonly lost: readonly string[];
  /** Done twice, changed, half done or damaged where no promise allows it. */
  readonly wrong: readonly string[];
  /** Came again as the same, as its promise allows. */
  readonly repeated: number;
  /** Of what nobody can know, and the package says so. */
  readonly unknown: number;
  /** How many kills found something in each state. */
  readonly found: Readonly<Record<string, number>>;
}

/** A toll that is still being taken. */
export class Ledger {
  kills = 0;
  accepted = 0;
  repeated = 0;
  unknown = 0;
  readonly lost: string[] = [];
  readonly wrong: string[] = [];
  readonly found: Record<string, number> = {};

  /** Once for each kill and state. */
  noteFound(...states: readonly string[]): void {
    for (const state of new Set(states)) this.found[state] = (this.found[state] ?? 0) + 1;
  }
}
