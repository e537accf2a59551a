/** A regular expression comes in; a test whose time grows with the text's length and nothing else goes out. */
import { type Pattern, parsePattern, type Refuse } from './parse-pattern.ts';

export interface PatternOptions {
  readonly ignoreCase: boolean;
  readonly refuse: Refuse;
}

/** Text beyond it is not looked at. */
export const longestText = 10_000;
/** Parts of a pattern with its repetitions written out. */
const mostParts = 2000;

type Repeat = Extract<Pattern, { kind: 'repeat' }>;

type Step =
  | { readonly kind: 'one'; readonly fits: (codePoint: number) => boolean }
  | { readonly kind: 'edge'; readonly holds: (before: number, after: number) => boolean }
  | { readonly kind: 'fork'; readonly ways: number[] }
  | { readonly kind: 'end' };

/**
 * JavaScript's own engine tries one way after the other, so a pattern like `(a+)+$` takes longer than the universe
 * lasts on a text that somebody sent by mail, and even `.*x.*y` takes minutes. Here all ways are followed at once
 * (Thompson 1968): at most a few thousand steps for each of at most 10,000 characters, whatever the pattern. Back-references and
 * look-around cannot be done so and are refused. What a single character matches (`\d`, `[^@]`, case) is asked of
 * JavaScript, with the flag `u`; so both agree. Throws what `refuse` makes.
 */
export function linearPattern(source: string, options: PatternOptions): (text: string) => boolean {
  const compiler = new Compiler(options);
  compiler.write(parsePattern(source, options.refuse));
  const program: readonly Step[] = [...compiler.steps, { kind: 'end' }];
  return (text) => run(program, text.slice(0, longestText));
}

/** Writes a pattern down as steps, repetitions in full. */
class Compiler {
  readonly steps: Step[] = [];
  readonly #fits: (source: string) => (codePoint: number) => boolean;
  readonly #refuse: Refuse;
  #parts = 0;

  constructor({ ignoreCase, refuse }: PatternOptions) {
    this.#fits = singleCharacters(ignoreCase ? 'iu' : 'u');
    this.#refuse = refuse;
  }

  write(node: Pattern): void {
    if (++this.#parts > mostParts) throw this.#refuse('its repetitions make the pattern too large');
    if (node.kind === 'one') this.steps.push({ kind: 'one', fits: this.#fits(node.source) });
    else if (node.kind === 'edge') {
      this.steps.push({ kind: 'edge', holds: edgeTest(node.source, this.#fits('\\w')) });
    } else if (node.kind === 'row') for (const part of node.parts) this.write(part);
    else if (node.kind === 'choice') this.#writeChoice(node.branches);
    else this.#writeRepeat(node);
  }

  #writeChoice(branches: readonly Pattern[]): void {
    const ways = this.#fork();
    const ends = branches.map((branch) => {
      ways.push(this.steps.length);
      this.write(branch);
      return this.#fork();
    });
    for (const end of ends) end.push(this.steps.length);
  }

  #writeRepeat({ part, least, most }: Repeat): void {
    for (let count = 0; count < least; count++) this.write(part);
    if (most === Number.POSITIVE_INFINITY) {
      this.#writeLoop(part);
      return;
    }
    const exits: number[][] = [];
    for (let count = least; count < most; count++) {
      exits.push(this.#fork(this.steps.length + 1));
      this.write(part);
    }
    for (const exit of exits) exit.push(this.steps.length);
  }

  #writeLoop(part: Pattern): void {
    const start = this.steps.length;
    const ways = this.#fork(start + 1);
    this.write(part);
    this.#fork(start);
    ways.push(this.steps.length);
  }

  /** Further ways are added once it is known where they lead. */
  #fork(...ways: number[]): number[] {
    this.steps.push({ kind: 'fork', ways });
    return ways;
  }
}

const outside = -1;

interface Place {
  readonly at: number;
  /** Code points on either side, `outside` at the ends. */
  readonly before: number;
  readonly after: number;
}

function run(program: readonly Step[], text: string): boolean {
  const marked = new Int32Array(program.length).fill(-1);
  let open: number[] = [];
  let before = outside;
  for (let at = 0; ; ) {
    const after = text.codePointAt(at) ?? outside;
    // A match may begin anywhere.
    open.push(0);
    const next = follow({ program, marked }, open, { at, before, after });
    if (!next) return true;
    if (after === outside) return false;
    open = next;
    before = after;
    at += after > 0xffff ? 2 : 1;
  }
}

/**
 * The steps that wait behind the next character; undefined when the end was reached. `marked` holds, for each step,
 * the position at which it was last reached: no step is followed twice at one place.
 */
function follow(
  { program, marked }: { program: readonly Step[]; marked: Int32Array },
  open: number[],
  { at, before, after }: Place,
): number[] | undefined {
  const waiting: number[] = [];
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    const step = program[index];
    if (!step || marked[index] === at) continue;
    marked[index] = at;
    if (step.kind === 'end') return undefined;
    if (step.kind !== 'one') open.push(...waysOn(step, index, before, after));
    else if (after !== outside && step.fits(after)) waiting.push(index + 1);
  }
  return waiting;
}

/** Where a step leads that takes no character. */
function waysOn(step: Step, index: number, before: number, after: number): readonly number[] {
  if (step.kind === 'fork') return step.ways;
  return step.kind === 'edge' && step.holds(before, after) ? [index + 1] : [];
}

function edgeTest(source: string, isWord: (codePoint: number) => boolean) {
  const isWordEdge = (before: number, after: number): boolean =>
    (before !== outside && isWord(before)) !== (after !== outside && isWord(after));
  if (source === '^') return (before: number): boolean => before === outside;
  if (source === '$') return (_before: number, after: number): boolean => after === outside;
  if (source === '\\b') return isWordEdge;
  return (before: number, after: number): boolean => !isWordEdge(before, after);
}

/** Tests of single characters by their source; each remembers its answers for ASCII and for the last other one. */
function singleCharacters(flags: string): (source: string) => (codePoint: number) => boolean {
  const known = new Map<string, (codePoint: number) => boolean>();
  return (source) => {
    const test = known.get(source) ?? singleCharacter(new RegExp(`^(?:${source})$`, flags));
    known.set(source, test);
    return test;
  };
}

function singleCharacter(expression: RegExp): (codePoint: number) => boolean {
  const ask = (codePoint: number): boolean => expression.test(String.fromCodePoint(codePoint));
  const ascii = Array.from({ length: 128 }, (_, codePoint) => ask(codePoint));
  let last = outside;
  let answer = false;
  return (codePoint) => {
    if (codePoint < 128) return ascii[codePoint] === true;
    if (codePoint !== last) {
      last = codePoint;
      answer = ask(codePoint);
    }
    return answer;
  };
}
