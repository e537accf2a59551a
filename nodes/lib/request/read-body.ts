/** The body typed in the node or taken from the message comes in; text and HTML parts go out. */
import { types } from 'node:util';
import { EmailError } from '../kernel/errors.ts';
import { isGiven } from './read-record.ts';
import type { SendFields } from './send-fields.ts';

export interface Body {
  readonly text?: string;
  readonly html?: string;
}

/** A Buffer as payload is an attachment, not a body. Throws EmailError `wrong-type`. */
export function readBody({ body, payload, plaintext, format = 'auto' }: SendFields): Body {
  if (body) return { text: body.text || undefined, html: body.html || undefined };
  const text = readText(plaintext, 'plaintext');
  const content = types.isUint8Array(payload) ? undefined : readText(payload, 'payload');
  if (content === undefined) return { text };
  return isHtml(content, format) ? { text, html: content } : { text: text ?? content };
}

function readText(value: unknown, field: string): string | undefined {
  if (!isGiven(value)) return undefined;
  const text = typeof value === 'string' ? value : jsonText(value);
  if (text === undefined) throw new EmailError('wrong-type', { field, detail: { expected: 'text or JSON' } });
  return text;
}

/** Undefined for what JSON cannot show: functions, big integers, circles. */
function jsonText(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

/** `auto` answers as the stock node's `/<[a-z][\s\S]*>/i` does, which takes quadratic time on many open tags. */
function isHtml(text: string, format: 'auto' | 'html' | 'text'): boolean {
  if (format !== 'auto') return format === 'html';
  const tag = text.search(/<[a-z]/i);
  return tag >= 0 && text.lastIndexOf('>') > tag;
}
