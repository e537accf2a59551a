/** A page's title and content come in; the whole document goes out, with the headers that keep it to itself. */
import type { UnsubscribePageSettings } from '../settings/app-settings.ts';
import type { HttpAnswer } from './http-exchange.ts';
import { pagePolicy, pageStyle } from './page-style.ts';
import type { PageTexts } from './page-texts.ts';

export interface PageFrame {
  readonly settings: UnsubscribePageSettings;
  readonly texts: PageTexts;
}

export interface PageContent {
  readonly status: number;
  readonly title: string;
  /** HTML */
  readonly content: string;
  /** Further headers. */
  readonly headers?: Readonly<Record<string, string>>;
}

const securityHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': pagePolicy,
  'x-frame-options': 'DENY',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-robots-tag': 'noindex, nofollow',
  'cache-control': 'no-store',
  vary: 'Accept-Language',
} as const;

export function framePage(frame: PageFrame, { status, title, content, headers }: PageContent): HttpAnswer {
  const { lang, dir } = frame.texts;
  return {
    status,
    headers: { ...securityHeaders, 'content-language': lang, ...headers },
    body: `<!doctype html>
<html lang="${lang}" dir="${dir}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<title>${escapeHtml(title)} – ${escapeHtml(frame.settings.organisation)}</title>
<style>${pageStyle}</style>
</head>
<body>
<header>${banner(frame.settings)}</header>
<main>
${content}
</main>
${footer(frame.settings)}</body>
</html>
`,
  };
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);
}

function banner({ logo, organisation }: UnsubscribePageSettings): string {
  if (!logo?.startsWith('data:image/')) return escapeHtml(organisation);
  return `<img src="${escapeHtml(logo)}" alt="${escapeHtml(organisation)}">`;
}

function footer({ note }: UnsubscribePageSettings): string {
  return note ? `<footer>${escapeHtml(note)}</footer>\n` : '';
}
