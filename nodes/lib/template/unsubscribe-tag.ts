/** The tags for a reader's own unsubscribe link; they are replaced in every body, also in one that is no template. */
import { escapeHtml, type Template } from './compile-template.ts';

const tag = /\$\(unsubscribe(?:_url)?\)|\{\{\s*unsubscribe(?:_url)?\s*\}\}/;

export function hasUnsubscribeTag(source: string): boolean {
  return source.includes('unsubscribe') && tag.test(source);
}

/** What a copy with this link is filled in with. */
export function unsubscribeValues(url: string): Readonly<Record<string, string>> {
  return { unsubscribe: url, unsubscribe_url: url };
}

/** A body of which everything but the tags stays as it is. */
export function compileUnsubscribeTags(source: string, kind: 'html' | 'text'): Template {
  if (!hasUnsubscribeTag(source)) return { names: [], render: () => source };
  const pieces = source.split(tag);
  return {
    names: ['unsubscribe'],
    render({ unsubscribe }) {
      const url = String(unsubscribe);
      return pieces.join(kind === 'html' ? escapeHtml(url) : url);
    },
  };
}
