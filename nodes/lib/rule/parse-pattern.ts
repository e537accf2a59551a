/** The source of a regular expression comes in; its tree goes out, if it is of the kind that needs no backtracking. */

/** `one` is a single character, as the source writes it: `a`, `\d`, `[^@]`, `.`, `\p{L}`. */
export type Pattern =
  | { readonly kind: 'one'; readonly source: string }
  | { readonly kind: 'edge'; readonly source: (typeof edges)[number] }
  | { readonly kind: 'row'; readonly parts: readonly Pattern[] }
  | { readonly kind: 'choice'; readonly branches: readonly Pattern[] }
  | { readonly kind: 'repeat'; readonly part: Pattern; readonly least: number; readonly most: number };

const longestSource = 500;

/** Escapes, classes, group openings and quantifiers are one token each; so is a pair of surrogate escapes. */
const token =
  /\\(?:u\{[\da-f]+\}|ud[89ab]\w\w\\ud[c-f]\w\w|u\w{4}|x\w\w|c\w|[pP]\{[^}]*\}|.)|\[(?:[^\]\\]|\\.)*\]|\((?:\?(?:<?[=!]|:|<[^>]*>|.))?|(?:[*+?]|\{\d+(?:,\d*)?\})\??|./gisu;
const edges = ['^', '$', '\\b', '\\B'] as const;

/** Says why a pattern cannot be used; what it makes of that is thrown. */
export type Refuse = (why: string) => Error;

/** JavaScript's syntax with the flag `u`, without back-references and look-around. Throws what `refuse` makes. */
export function parsePattern(source: string, refuse: Refuse): Pattern {
  if (source.length > longestSource) throw refuse(`the pattern is longer than ${longestSource} characters`);
  try {
    new RegExp(source, 'u');
  } catch {
    throw refuse('the pattern is not a valid regular expression');
  }
  return new PatternParser(source.match(token) ?? [], refuse).readChoice();
}

/** Recursive descent over tokens that JavaScript has found to be well formed. */
class PatternParser {
  readonly #tokens: readonly string[];
  readonly #refuse: Refuse;
  #at = 0;

  constructor(tokens: readonly string[], refuse: Refuse) {
    this.#tokens = tokens;
    this.#refuse = refuse;
  }

  readChoice(): Pattern {
    const first = this.#readRow();
    const branches = [first];
    while (this.#tokens[this.#at] === '|') {
      this.#at++;
      branches.push(this.#readRow());
    }
    return branches.length === 1 ? first : { kind: 'choice', branches };
  }

  #readRow(): Pattern {
    const parts: Pattern[] = [];
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      this.#at++;
      parts.push(this.#readRepeats(this.#readPart(next)));
    }
    return { kind: 'row', parts };
  }

  /** Undefined where the row ends. */
  #next(): string | undefined {
    const next = this.#tokens[this.#at];
    return next === '|' || next === ')' ? undefined : next;
  }

  #readPart(text: string): Pattern {
    if (text.startsWith('(')) return this.#readGroup(text);
    if (/^\\(?:[1-9]|k)/.test(text))
      throw this.#refuse('it refers back to a group, which cannot be matched in linear time');
    const edge = edges.find((known) => known === text);
    return edge ? { kind: 'edge', source: edge } : { kind: 'one', source: text };
  }

  #readGroup(opening: string): Pattern {
    if (/[=!]$/.test(opening))
      throw this.#refuse('it looks ahead or behind, which cannot be matched in linear time');
    if (!/^\((?:\?:|\?<[^>]*>)?$/.test(opening)) throw this.#refuse('it changes flags within the pattern');
    const inner = this.readChoice();
    this.#at++;
    return inner;
  }

  #readRepeats(part: Pattern): Pattern {
    const range = repetition(this.#tokens[this.#at]);
    if (!range) return part;
    this.#at++;
    return { kind: 'repeat', part, ...range };
  }
}

function repetition(text: string | undefined): { least: number; most: number } | undefined {
  const [, sign, least, comma, most] = /^(?:([*+?])|\{(\d+)(?:(,)(\d*))?\})\??$/.exec(text ?? '') ?? [];
  if (sign) return { least: sign === '+' ? 1 : 0, most: sign === '?' ? 1 : Number.POSITIVE_INFINITY };
  if (least === undefined) return undefined;
  if (comma === undefined) return { least: Number(least), most: Number(least) };
  return { least: Number(least), most: most ? Number(most) : Number.POSITIVE_INFINITY };
}
