/** What the pages have in common. */
import type { ListTopic } from '../settings/app-settings.ts';
import type { HttpAnswer } from './http-exchange.ts';
import { escapeHtml, framePage, type PageFrame } from './page-frame.ts';
import type { PageTexts } from './page-texts.ts';

/** What a page may speak of: the address of the token and the lists that can be left with it. */
export interface Visit {
  readonly address: string;
  readonly lists: readonly ListTopic[];
}

/** All mail, or lists by their places in the visit. */
export type Ticked = 'all' | readonly number[];

/** First letter and domain: enough to know one's own, not enough to learn another's. */
export function maskAddress(address: string): string {
  const at = address.lastIndexOf('@');
  return `${at > 1 ? address[0] : ''}•••${address.slice(at)}`;
}

export interface PlainPage {
  readonly status: number;
  readonly title: keyof PageTexts;
  readonly text: keyof PageTexts;
  readonly visit?: Visit;
  readonly headers?: Readonly<Record<string, string>>;
  /** HTML below the text. */
  readonly below?: string;
}

export function plainPage(
  frame: PageFrame,
  { status, title, text, visit, headers, below = '' }: PlainPage,
): HttpAnswer {
  const { texts } = frame;
  const content = `<h1>${escapeHtml(texts[title])}</h1>\n<p>${filler(frame, visit)(texts[text])}</p>${below}`;
  return framePage(frame, { status, title: texts[title], content, headers });
}

/** From a text of the catalogue to HTML. */
export function filler({ settings }: PageFrame, visit?: Visit): (text: string) => string {
  const values: Readonly<Record<string, string>> = {
    address: `<bdi dir="ltr">${escapeHtml(maskAddress(visit?.address ?? ''))}</bdi>`,
    organisation: `<bdi>${escapeHtml(settings.organisation)}</bdi>`,
  };
  return (text) => escapeHtml(text).replace(/\{(\w+)\}/g, (all, name: string) => values[name] ?? all);
}

/** `sentence` is HTML. */
export function sentenceWithLists(sentence: string, { lists }: Visit, places: readonly number[]): string {
  const items = places.map((place) => `<li>${escapeHtml(lists[place]?.name ?? '')}</li>`);
  return `<p>${sentence}</p>\n<ul>${items.join('')}</ul>`;
}

export function hiddenField(name: string, value: string): string {
  return `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`;
}

/** The hidden fields of a form: what it speaks of, and its nonce. */
export function choiceFields(ticked: Ticked, nonce: string): string {
  const lists = (ticked === 'all' ? ['all'] : ticked).map((place) => hiddenField('list', String(place)));
  return `${lists.join('')}${hiddenField('nonce', nonce)}`;
}

export const tick =
  '<svg viewBox="0 0 48 48" fill="none" stroke="currentColor" stroke-width="3.5" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><circle cx="24" cy="24" r="21"/><path d="m15 24.5 6.5 6.5L34 18"/></svg>';
