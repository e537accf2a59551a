/** The tags for a reader's own unsubscribe link; they are replaced in every body, also in one that is no template. */
import type { Values } from '../mail/mail-content.ts';
import { escapeHtml, plainText, type Template } from './compile-template.ts';

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
  if (!hasUnsubscribeTag(source)) return plainText(source);
  const pieces = source.split(tag);
  const link = ({ unsubscribe }: Values): string =>
    kind === 'html' ? escapeHtml(String(unsubscribe)) : String(unsubscribe);
  return {
    names: ['unsubscribe'],
    render: (values) => pieces.join(link(values)),
    fillSize: (values) => link(values).length * (pieces.length - 1),
    segments: pieces.flatMap((piece, index) => (index === 0 ? [piece] : [link, piece])),
  };
}
