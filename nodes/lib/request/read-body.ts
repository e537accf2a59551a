/** The body typed in the node, a template of the app or the message's own body comes in; text and HTML parts go out. */
import { types } from 'node:util';
import { EmailError } from '../kernel/errors.ts';
import type { AppTemplate } from '../settings/app-settings.ts';
import { isGiven } from './read-record.ts';
import type { SendFields } from './send-fields.ts';

export interface Body {
  /** A template's own. */
  readonly subject?: string;
  readonly text?: string;
  readonly html?: string;
}

/** A Buffer as payload is an attachment, not a body. Throws EmailError: `wrong-type`, `unknown-template`. */
export function readBody(fields: SendFields, templates: readonly AppTemplate[]): Body {
  const { template, body, payload, plaintext, format = 'auto' } = fields;
  if (template !== undefined) return templateBody(template, templates);
  if (body) return { text: body.text || undefined, html: body.html || undefined };
  const text = readText(plaintext, 'plaintext');
  const content = types.isUint8Array(payload) ? undefined : readText(payload, 'payload');
  if (content === undefined) return { text };
  return isHtml(content, format) ? { text, html: content } : { text: text ?? content };
}

/** A partial is no template: it can only be included in one. */
function templateBody(id: unknown, templates: readonly AppTemplate[]): Body {
  const found = templates.find((one) => one.id === id && !one.partial);
  if (!found) {
    const value = typeof id === 'string' ? id : 'of this kind';
    throw new EmailError('unknown-template', { field: 'template', detail: { value } });
  }
  const { subject, html, text } = found;
  return { subject: subject || undefined, html: html || undefined, text: text || undefined };
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
