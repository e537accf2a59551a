/** A body or subject with placeholders comes in; a template that renders it for any values goes out. */
import { longestFilled } from '../mail/filled-text.ts';
import { readLine } from '../mail/header-field.ts';
import type { Values } from '../mail/mail-content.ts';
import type { Segment } from '../mail/shared-mail.ts';
import { parseTemplate } from './parse-template.ts';
import { type Piece, renderPieces } from './render-pieces.ts';

export type TemplateKind = 'html' | 'text' | 'subject';

export interface Template {
  /** Every name in it once, those of sections too. */
  readonly names: readonly string[];
  /** Throws EmailError: `missing-substitution`, `bad-placeholder`, `wrong-type`; for a subject also `unsafe-characters`. */
  render(values: Values): string;
  /** UTF-16 units at most that the values put into it; throws as `render` does, but for a subject. */
  fillSize(values: Values): number;
  /** The same in parts: what is alike for all values, and what is not. */
  readonly segments: readonly Segment[];
}

/** A template with nested sections over long lists must end, and fit into memory. */
const mostRepetitions = 10_000;

/**
 * Placeholders are `{{name}}`, `{{a.b}}` and `$(name)`, escaped in HTML; sections `{{#items}}…{{/items}}`, inverted
 * sections `{{^items}}…{{/items}}`, the item itself `{{.}}` and comments `{{! … }}` as in Mustache. Anything else that
 * begins with `$(` is text, since scripts and shell commands do.
 * Throws EmailError: `bad-placeholder`, `missing-package`; for a subject without placeholders also as `render` does.
 */
export async function compileTemplate(source: string, kind: TemplateKind, field: string): Promise<Template> {
  const finish = kind === 'subject' ? (text: string) => readLine(text, field) : asItIs;
  if (!source.includes('{{') && !source.includes('$(')) {
    return plainText(finish(source));
  }
  const encode = kind === 'html' ? escapeHtml : asItIs;
  const pieces = await parseTemplate(source, field);
  const limits = { repetitions: mostRepetitions, room: longestFilled };
  const renderSome = (some: readonly Piece[], values: Values): string => {
    return renderPieces(some, { view: values }, { encode, field, ...limits });
  };
  const render = (values: Values): string => finish(renderSome(pieces, values));
  const open = pieces.filter((piece) => typeof piece !== 'string');
  const fillSize = (values: Values): number =>
    longestEscape * renderPieces(open, { view: values }, { encode: asItIs, field, ...limits }).length;
  const segmentOf = (piece: Piece): Segment =>
    typeof piece === 'string' ? piece : (values) => renderSome([piece], values);
  return {
    names: [...new Set(namesIn(pieces))],
    render,
    fillSize,
    // a subject is checked as a whole
    segments: kind === 'subject' ? [render] : pieces.map(segmentOf),
  };
}

/** The same for all values. */
export function plainText(text: string): Template {
  return { names: [], render: () => text, fillSize: () => 0, segments: [text] };
}

function namesIn(pieces: readonly Piece[]): string[] {
  return pieces.flatMap((piece) => {
    if (typeof piece === 'string') return [];
    const own = piece.path.length > 0 ? [piece.name] : [];
    return piece.kind === 'section' ? [...own, ...namesIn(piece.pieces)] : own;
  });
}

function asItIs(text: string): string {
  return text;
}

/**
 * Safe in text and between quotation marks of either kind. Mustache's own escaper also takes / ` and =, which makes
 * links unreadable in the source and matters only in attributes without quotation marks.
 */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (mark) => htmlEscapes[mark] ?? mark);
}

/** `&quot;` */
const longestEscape = 6;

const htmlEscapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
