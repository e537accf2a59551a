/** HTML, possibly with placeholders, goes in; readable plain text with the same placeholders comes out. */
import type { FormatCallback, HtmlToTextOptions } from 'html-to-text';
import { EmailError } from '../kernel/errors.ts';

/** Pictures are told by their alternative text only: a Content-ID means nothing to a reader. */
const formatImage: FormatCallback = (element, _walk, builder) => builder.addInline(element.attribs.alt ?? '');

const formatCell: FormatCallback = (element, walk, builder) => {
  walk(element.children, builder);
  builder.addInline(' ');
};

const headings = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'];

/** Nothing that could change a placeholder: no wrapping inside it, no capital letters. */
const options: HtmlToTextOptions = {
  wordwrap: false,
  // Deeper than any mail; the converter calls itself for each level.
  limits: { maxDepth: 200 },
  formatters: { formatImage, formatCell },
  selectors: [
    { selector: 'head', format: 'skip' },
    { selector: 'title', format: 'skip' },
    { selector: 'img', format: 'formatImage' },
    { selector: 'a', options: { hideLinkHrefIfSameAsText: true, noAnchorUrl: true } },
    { selector: 'tr', format: 'block', options: { leadingLineBreaks: 1, trailingLineBreaks: 1 } },
    { selector: 'td', format: 'formatCell' },
    { selector: 'th', format: 'formatCell' },
    ...headings.map((selector) => ({ selector, options: { uppercase: false } })),
  ],
};

type Converter = (html: string) => string;

/** Made once, since that takes as long as converting a mail. */
let converter: Promise<Converter> | undefined;

/** The parser's time grows with the square of the tags that are never closed: at this many, a tenth of a second. */
const mostTags = 20_000;

/**
 * Links become `text [url]`. Throws `missing-package` if html-to-text is not installed, `wrong-type` for HTML with more
 * than 20,000 tags.
 */
export async function textFromHtml(html: string, load = loadConverter): Promise<string> {
  refuseManyTags(html);
  const convert = await load().catch((cause: unknown) => {
    throw new EmailError('missing-package', { detail: { value: 'html-to-text' }, cause });
  });
  return convert(html.replace(inheritedName, 'span'));
}

/** The converter looks elements up in a plain object, in which this one is always found. */
const inheritedName = /(?<=<\/?)constructor\b/gi;

function refuseManyTags(html: string): void {
  let at = -1;
  for (let tags = 0; tags <= mostTags; tags += 1) {
    at = html.indexOf('<', at + 1);
    if (at < 0) return;
  }
  const expected = `given together with a plain text of its own: it has more than ${mostTags} tags`;
  throw new EmailError('wrong-type', { field: 'html', detail: { expected } });
}

function loadConverter(): Promise<Converter> {
  converter ??= import('html-to-text').then(({ compile }) => compile(options));
  return converter;
}
