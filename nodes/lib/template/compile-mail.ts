/** The content that the copies of a mail share goes in; a compiled mail comes out, which writes copies quickly. */
import { randomUUID } from 'node:crypto';
import { headerLine } from '../mail/header-line.ts';
import type { MailContent, MailCopy, Values } from '../mail/mail-content.ts';
import { mailHeader, ownFields } from '../mail/mail-header.ts';
import { mimeBody } from '../mail/mime-body.ts';
import { type Sharing, shareMail } from '../mail/shared-mail.ts';
import { textFromHtml } from '../mail/text-from-html.ts';
import { compileTemplate, plainText, type Template, type TemplateKind } from './compile-template.ts';
import { compileUnsubscribeTags } from './unsubscribe-tag.ts';

export interface CompiledMail {
  /** Names of all placeholders in subject, text and html. */
  readonly names: readonly string[];
  /**
   * Upper bound of the bytes of a copy with these values, signature included; throws what `render` would:
   * `missing-substitution`, `unsafe-characters`, … Without values, the memory that the compiled mail takes.
   */
  encodedSize(values?: Values): number;
  /** The subject of a copy with these values, and of its bytes a rough upper bound, quickly; throws as `render` does. */
  tryCopy(values: Values): { readonly subject: string; readonly roughSize: number };
  /** The mail as RFC 5322 has it, lines ended by CRLF, at most 998 characters each, without Bcc. */
  render(copy: MailCopy): Buffer;
  /** For a route that fills in the copies by itself; undefined for a mail that has to be written as a whole. */
  readonly sharing?: Sharing;
}

/** UTF-16 units of a subject that any header can hold. */
const plainSubject = 900;
/** Bytes of a UTF-16 unit in quoted-printable, soft line breaks included. */
const longestEncoded = 10;
/** Room for the fields of one copy and a DKIM signature. */
const copyHeaderSize = 8192;

/**
 * Throws EmailError: `bad-placeholder`, `bad-attachment`, `unsafe-characters`, `bad-header-value`, and
 * `missing-package` for html without text when html-to-text is not installed.
 */
export async function compileMail(
  content: MailContent,
  boundaryKey: string = randomUUID(),
): Promise<CompiledMail> {
  const texts = await compileTexts(content);
  const { subject, text, html } = texts;
  const header = mailHeader(content);
  const body = await mimeBody({ text, html, attachments: content.attachments }, boundaryKey);
  const hasShared = Object.keys(content.values).length > 0;
  const merge = (values: Values): Values => (hasShared ? { ...content.values, ...values } : values);
  const literal = literalLength([subject, text, html]);
  const roughShared = header.size + copyHeaderSize + body.size();
  const subjectSize = (values: Values): number => headerLine('Subject', subject.render(values)).length;
  return {
    names: [...new Set([subject, text, html].flatMap((one) => one?.names ?? []))],
    encodedSize(values) {
      const shared = header.size + copyHeaderSize;
      if (values === undefined) return shared + body.size() + templateSize(content);
      const merged = merge(values);
      return shared + subjectSize(merged) + body.size(merged);
    },
    tryCopy(values) {
      const merged = merge(values);
      const own = subject.render(merged);
      if (own.length > plainSubject) headerLine('Subject', own);
      const filled = own.length + (text?.fillSize(merged) ?? 0) + (html?.fillSize(merged) ?? 0);
      return { subject: own, roughSize: roughShared + longestEncoded * (literal + filled) };
    },
    sharing: shareMail(content, segmentsOf(texts), ownFields(content)),
    render(copy) {
      const values = merge(copy.values);
      const lines = header.write(copy, subject.render(values));
      return Buffer.concat([Buffer.from(lines, 'latin1'), ...body.pieces(values)]);
    },
  };
}

function segmentsOf({ subject, text, html }: Awaited<ReturnType<typeof compileTexts>>) {
  return { subject: subject.segments, text: text?.segments, html: html?.segments };
}

function literalLength(texts: readonly (Template | undefined)[]): number {
  const segments = texts.flatMap((one) => one?.segments ?? []);
  return segments.reduce((sum, one) => sum + (typeof one === 'string' ? one.length : 0), 0);
}

/** Bytes, roughly: a parsed template takes several times its source, and text is made from HTML. */
function templateSize({ templated, subject, text = '', html = '', values }: MailContent): number {
  if (!templated) return 0;
  return 4 * (subject.length + text.length + 2 * html.length) + JSON.stringify(values).length;
}

/** A missing text is made from the HTML before anything is filled in, so that values are never read as HTML. */
async function compileTexts({ subject, text, html, templated }: MailContent) {
  const compile = (source: string, kind: TemplateKind, field: TemplateKind = kind) => {
    if (templated) return compileTemplate(source, kind, field);
    if (kind !== 'subject') return compileUnsubscribeTags(source, kind);
    return plainText(source);
  };
  const plain = text ?? (html === undefined ? undefined : await textFromHtml(html));
  return {
    subject: await compile(subject, 'subject'),
    text:
      plain === undefined ? undefined : await compile(plain, 'text', text === undefined ? 'html' : 'text'),
    html: html === undefined ? undefined : await compile(html, 'html'),
  };
}
