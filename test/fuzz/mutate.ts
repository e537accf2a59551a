/** Numbers from 0 to below `below`; the same seed gives the same ones (mulberry32). */
export type Random = (below: number) => number;

export function newRandom(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

export interface Material {
  readonly random: Random;
  /** Inputs to begin with, and to take pieces of. Not empty. */
  readonly seeds: readonly Buffer[];
  readonly words: readonly string[];
}

export const longestInput = 48 * 1024;

/** One of the seeds, changed in one to eight places. */
export function mutate(material: Material): Buffer {
  const { random, seeds } = material;
  let input = pick(seeds, random);
  for (let left = 1 + random(8); left > 0; left -= 1) {
    input = pick(changes, random)(input, material).subarray(0, longestInput);
  }
  return input;
}

type Change = (input: Buffer, material: Material) => Buffer;

/** What parsers trip over, in any of them. */
const traps = [
  ...[
    '\r',
    '\n',
    '\r\n',
    '\r\n.\r\n',
    '\n\n',
    '\0',
    '\t',
    ' ',
    '"',
    "'",
    '\\',
    ',',
    ';',
    ':',
    '<',
    '>',
    '@',
    '(',
    ')',
  ],
  ...[
    '=',
    '=?',
    '?=',
    '=?utf-8?B?',
    '=0D=0A',
    '%0d%0a',
    '{{',
    '}}',
    '{{{',
    '$(',
    '--',
    '[',
    ']',
    '{',
    '}',
    '*',
    '+',
  ],
  ...[
    '\ufeff',
    '\u2028',
    '\u202e',
    '\u00ad',
    '\ud83d',
    '😀',
    'ä',
    'İ',
    'ß',
    '.',
    '..',
    '/',
    '-1',
    '0',
    '1e999',
    '9'.repeat(40),
  ],
  ...['__proto__', 'constructor', 'null', 'true', '[]', '{}', 'NaN', 'undefined'],
];

const changes: readonly Change[] = [
  (input, { random }) => {
    const changed = Buffer.from(input);
    const at = random(changed.length);
    if (changed.length > 0) changed[at] = (changed[at] ?? 0) ^ (1 << random(8));
    return changed;
  },
  (input, { random }) => put(input, Buffer.of(random(256)), random),
  (input, { random }) => put(input, Buffer.from(pick(traps, random)), random),
  (input, { random, words }) => put(input, Buffer.from(pick(words, random)), random),
  (input, { random, words }) => replace(input, Buffer.from(pick([...words, ...traps], random)), random),
  (input, { random }) => replace(input, Buffer.alloc(0), random),
  (input, { random }) => input.subarray(0, random(input.length + 1)),
  (input, { random }) => put(input, piece(input, random), random),
  (input, { random }) => put(input, repeated(piece(input, random).subarray(0, 64), 1 + random(300)), random),
  (input, { random, seeds }) => put(input, piece(pick(seeds, random), random), random),
  (input, { random, seeds }) => changeLine(input, () => lineOf(pick(seeds, random), random), random),
  (input, { random, words }) => changeLine(input, () => pick(words, random), random),
  (input, { random }) => changeLine(input, () => undefined, random),
];

function pick<Item>(items: readonly Item[], random: Random): Item {
  return items[random(items.length)] as Item;
}

function piece(input: Buffer, random: Random): Buffer {
  const start = random(input.length + 1);
  return input.subarray(start, start + random(Math.min(input.length - start, 2048) + 1));
}

function repeated(one: Buffer, times: number): Buffer {
  return Buffer.concat(Array.from({ length: times }, () => one));
}

function put(input: Buffer, what: Buffer, random: Random): Buffer {
  const at = random(input.length + 1);
  return Buffer.concat([input.subarray(0, at), what, input.subarray(at)]);
}

function replace(input: Buffer, what: Buffer, random: Random): Buffer {
  const start = random(input.length + 1);
  const end = start + random(Math.min(input.length - start, 64) + 1);
  return Buffer.concat([input.subarray(0, start), what, input.subarray(end)]);
}

function lineOf(input: Buffer, random: Random): string {
  return pick(input.toString('latin1').split('\n'), random);
}

/** Undefined takes the line out. */
function changeLine(input: Buffer, change: () => string | undefined, random: Random): Buffer {
  const lines = input.toString('latin1').split('\n');
  const line = change();
  lines.splice(random(lines.length), random(2), ...(line === undefined ? [] : [line]));
  return Buffer.from(lines.join('\n'), 'latin1');
}
