/** The pieces of a compiled template and values come in; the text goes out. Values are never read as template. */
import { EmailError } from '../kernel/errors.ts';
import { tooLongFilled } from '../mail/filled-text.ts';

/** A text stands for itself. */
export type Piece = string | Placeholder | Section;

export interface Placeholder {
  readonly kind: 'placeholder';
  readonly name: string;
  /** `a.b` as `['a', 'b']`; `.`, the value at hand, as no key at all. */
  readonly path: readonly string[];
}

/** Rendered for a value that is there, once for each if it is a list; inverted, for one that is not. */
export interface Section {
  readonly kind: 'section';
  readonly name: string;
  readonly path: readonly string[];
  readonly inverted: boolean;
  readonly pieces: readonly Piece[];
}

/** The value that a section is rendered for, and around it those of the sections that hold it. */
export interface Frame {
  readonly view: unknown;
  readonly outer?: Frame;
}

export interface Rendering {
  /** Makes a value safe in the text around it. */
  readonly encode: (text: string) => string;
  readonly field: string;
  /** How many repetitions of sections are left: ten nested sections over one list would not end in a lifetime. */
  repetitions: number;
  /** How many UTF-16 units are left: a few long values named often enough would not fit into memory. */
  room: number;
}

/** Throws EmailError: `missing-substitution`, `bad-placeholder`, `wrong-type` when there is no room left. */
export function renderPieces(pieces: readonly Piece[], frame: Frame, rendering: Rendering): string {
  let text = '';
  for (const piece of pieces) {
    if (typeof piece === 'string') text += fitted(piece, rendering);
    else if (piece.kind === 'section') text += renderSection(piece, frame, rendering);
    else text += fitted(renderPlaceholder(piece, frame, rendering), rendering);
  }
  return text;
}

function fitted(text: string, rendering: Rendering): string {
  rendering.room -= text.length;
  if (rendering.room >= 0) return text;
  throw tooLongFilled(rendering.field);
}

function renderPlaceholder({ name, path }: Placeholder, frame: Frame, { encode, field }: Rendering): string {
  const value = lookUp(frame, path);
  if (typeof value === 'string') return encode(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value === undefined || value === null) {
    throw new EmailError('missing-substitution', { field, detail: { value: name } });
  }
  const why = 'its value is neither a text nor a number';
  throw new EmailError('bad-placeholder', { field, detail: { value: name, why } });
}

function renderSection(
  { name, path, inverted, pieces }: Section,
  frame: Frame,
  rendering: Rendering,
): string {
  const value = lookUp(frame, path);
  const views: readonly unknown[] = Array.isArray(value) ? value : value ? [value] : [];
  if (inverted) return views.length === 0 ? renderPieces(pieces, frame, rendering) : '';
  let text = '';
  for (const view of views) {
    rendering.repetitions -= 1;
    if (rendering.repetitions < 0) throw tooManyRepetitions(name, rendering.field);
    text += renderPieces(pieces, { view, outer: frame }, rendering);
  }
  return text;
}

/** The innermost frame that has the first key decides (Mustache specification, name resolution). */
function lookUp(innermost: Frame, path: readonly string[]): unknown {
  const [first] = path;
  if (first === undefined) return innermost.view;
  let frame: Frame | undefined = innermost;
  while (frame && !hasOwn(frame.view, first)) frame = frame.outer;
  return path.reduce<unknown>((value, key) => (hasOwn(value, key) ? value[key] : undefined), frame?.view);
}

/** Own properties of records only: a template must not reach `items.constructor` or a function of a list. */
function hasOwn(value: unknown, key: string): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.hasOwn(value, key);
}

function tooManyRepetitions(name: string, field: string): EmailError {
  const detail = { value: name, why: 'its section would be repeated too often' };
  return new EmailError('bad-placeholder', { field, detail });
}
