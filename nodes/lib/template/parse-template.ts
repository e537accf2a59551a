/** The source of a template comes in; its pieces go out. The only place that knows Mustache, loaded when needed. */
import type { TemplateSpans } from 'mustache';
import { EmailError } from '../kernel/errors.ts';
import type { Piece, Placeholder, Section } from './render-pieces.ts';

const longestName = 64;
/** Comments too. */
const longestTag = 1000;
/** UTF-16 units. */
const longestParsed = 1_000_000;
const deepestSection = 20;

/**
 * Throws EmailError `bad-placeholder` for what could put a value into a mail unescaped, and for what is not complete;
 * `missing-package`. Plain names, all that most templates have, need no parser; Mustache's takes 0.5 s per megabyte.
 */
export async function parseTemplate(source: string, field: string): Promise<Piece[]> {
  const pieces = splitAtNames(source);
  const isPlain = pieces.every((piece) => typeof piece !== 'string' || !piece.includes('{{'));
  return isPlain ? pieces : toPieces(await parseMustache(source, field), field, 0);
}

/** `{{{name}}}` is not taken for a name between braces. */
const plainName = /((?<!\{)\{\{\s*[\w.-]{1,64}\s*\}\}|\$\([\w.-]{1,64}\))/;

/** A name that is none, such as `$(1)`, stays text. */
function splitAtNames(text: string): Piece[] {
  return text
    .split(plainName)
    .map((part, index) => {
      const name = /[\w.-]+/.exec(part)?.[0] ?? '';
      return index % 2 === 1 && isName(name) ? placeholder(name) : part;
    })
    .filter((piece) => piece !== '');
}

async function parseMustache(source: string, field: string): Promise<TemplateSpans> {
  if (source.length > longestParsed) {
    throw badPlaceholder('{{', `with sections or comments ${longestParsed} characters are the limit`, field);
  }
  refuseLongTags(source, field);
  const mustache = await loadMustache();
  try {
    // A writer of its own: the shared one keeps every template it ever parsed.
    return new mustache.Writer().parse(source);
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message.slice(0, 100) : 'it cannot be parsed';
    throw badPlaceholder('{{', why, field);
  }
}

/** The parser's time grows with the square of a tag's length. */
function refuseLongTags(source: string, field: string): void {
  let open = source.indexOf('{{');
  while (open >= 0) {
    const close = source.indexOf('}}', open);
    if (close < 0 || close - open > longestTag) {
      throw badPlaceholder(source.slice(open), `there is no }} within ${longestTag} characters`, field);
    }
    open = source.indexOf('{{', close);
  }
}

interface Mustache {
  readonly Writer: new () => { parse(template: string): TemplateSpans };
}

async function loadMustache(): Promise<Mustache> {
  try {
    const loaded: unknown = await import('mustache');
    // Its types see other exports from CommonJS than from ESM; the default is in both.
    return (loaded as { default: Mustache }).default;
  } catch (cause) {
    throw new EmailError('missing-package', { detail: { value: 'mustache' }, cause });
  }
}

/** `depth`: how many sections are open. */
function toPieces(spans: TemplateSpans, field: string, depth: number): Piece[] {
  return spans.flatMap((span): Piece[] => {
    const [type, content] = span;
    if (type === 'text') return splitAtNames(content);
    if (type === '!') return [];
    if (type === '&' || type === '>' || type === '=') throw badPlaceholder(content, whyRefused[type], field);
    if (content !== '.' && !isName(content)) throw badPlaceholder(content, nameRule, field);
    return [type === 'name' ? placeholder(content) : toSection(span, field, depth)];
  });
}

function toSection([type, name, , , inner]: TemplateSpans[number], field: string, depth: number): Section {
  if (depth === deepestSection) throw badPlaceholder(name, 'its section is nested too deep', field);
  const pieces = toPieces(Array.isArray(inner) ? inner : [], field, depth + 1);
  return { ...placeholder(name), kind: 'section', inverted: type === '^', pieces };
}

const whyRefused: Readonly<Record<'&' | '>' | '=', string>> = {
  '&': 'values are always escaped; write it with two braces',
  '>': 'only a body can include a partial, by its name of lower-case letters, digits, - and _',
  '=': 'the braces cannot be replaced',
};

const nameRule = `a name begins with a letter or _ and has letters, digits, _ and -, single dots between them, at most ${longestName} in all`;

function isName(text: string): boolean {
  return text.length <= longestName && /^[A-Za-z_][\w-]*(?:\.[\w-]+)*$/.test(text);
}

function placeholder(name: string): Placeholder {
  return { kind: 'placeholder', name, path: name === '.' ? [] : name.split('.') };
}

function badPlaceholder(value: string, why: string, field: string): EmailError {
  return new EmailError('bad-placeholder', { field, detail: { value: value.slice(0, longestName), why } });
}
