/** What happened, or is to be asked, comes in; the page that says so goes out. */
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

export interface AskOptions {
  readonly ticked: Ticked;
  readonly nonce: string;
  /** Why it is asked again. */
  readonly notice?: 'nothingTicked' | 'pressAgain';
}

export function askPage(frame: PageFrame, visit: Visit, { ticked, nonce, notice }: AskOptions): HttpAnswer {
  const { texts } = frame;
  const fill = filler(frame, visit);
  const choice = visit.lists.length === 0 ? askForAll(fill(texts.askAll)) : askForLists(frame, visit, ticked);
  return framePage(frame, {
    status: notice ? 400 : 200,
    title: texts.askTitle,
    content: `<h1>${escapeHtml(texts.askTitle)}</h1>
${notice ? `<p class="notice" role="alert">${escapeHtml(texts[notice])}</p>\n` : ''}<form method="post">
${choice}
${hiddenField('nonce', nonce)}
<button name="do" value="leave">${escapeHtml(texts.leave)}</button>
</form>`,
  });
}

export interface DoneOptions {
  readonly left: Ticked;
  /** For the undo button; none after a one-click request. */
  readonly nonce?: string;
}

export function donePage(frame: PageFrame, visit: Visit, { left, nonce }: DoneOptions): HttpAnswer {
  const { texts } = frame;
  const fill = filler(frame, visit);
  const more = left === 'all' ? '' : `\n<p><a href="">${escapeHtml(texts.more)}</a></p>`;
  const undo = nonce === undefined ? '' : `\n${undoForm(texts, left, nonce)}`;
  return framePage(frame, {
    status: 200,
    title: texts.doneTitle,
    content: `${tick}
<h1>${escapeHtml(texts.doneTitle)}</h1>
${left === 'all' ? `<p>${fill(texts.doneAll)}</p>` : whatWasLeft(fill(texts.doneLists), visit, left)}${more}${undo}`,
  });
}

export function undonePage(frame: PageFrame, visit: Visit): HttpAnswer {
  return plainPage(frame, { status: 200, title: 'undoneTitle', text: 'undone', visit });
}

export function notUndonePage(frame: PageFrame, visit: Visit): HttpAnswer {
  return plainPage(frame, { status: 409, title: 'notUndoneTitle', text: 'notUndone', visit });
}

/** The same for every link that was not made here, whatever is wrong with it. */
export function invalidPage(frame: PageFrame): HttpAnswer {
  return plainPage(frame, { status: 404, title: 'invalidTitle', text: 'invalid' });
}

/** `again`: seconds after which it may work. */
export function troublePage(frame: PageFrame, status: number, again = 60): HttpAnswer {
  const headers = { 'retry-after': String(again) };
  return plainPage(frame, { status, title: 'troubleTitle', text: 'trouble', headers });
}

export function crowdedPage(frame: PageFrame): HttpAnswer {
  const headers = { 'retry-after': '60' };
  return plainPage(frame, { status: 429, title: 'crowdedTitle', text: 'crowded', headers });
}

/** First letter and domain: enough to know one's own, not enough to learn another's. */
export function maskAddress(address: string): string {
  const at = address.lastIndexOf('@');
  return `${at > 1 ? address[0] : ''}•••${address.slice(at)}`;
}

interface PlainPage {
  readonly status: number;
  readonly title: keyof PageTexts;
  readonly text: keyof PageTexts;
  readonly visit?: Visit;
  readonly headers?: Readonly<Record<string, string>>;
}

function plainPage(frame: PageFrame, { status, title, text, visit, headers }: PlainPage): HttpAnswer {
  const { texts } = frame;
  const content = `<h1>${escapeHtml(texts[title])}</h1>\n<p>${filler(frame, visit)(texts[text])}</p>`;
  return framePage(frame, { status, title: texts[title], content, headers });
}

/** From a text of the catalogue to HTML. */
function filler({ settings }: PageFrame, visit?: Visit): (text: string) => string {
  const values: Readonly<Record<string, string>> = {
    address: `<bdi dir="ltr">${escapeHtml(maskAddress(visit?.address ?? ''))}</bdi>`,
    organisation: `<bdi>${escapeHtml(settings.organisation)}</bdi>`,
  };
  return (text) => escapeHtml(text).replace(/\{(\w+)\}/g, (all, name: string) => values[name] ?? all);
}

function askForAll(question: string): string {
  return `<p>${question}</p>\n${hiddenField('list', 'all')}`;
}

function askForLists(frame: PageFrame, visit: Visit, ticked: Ticked): string {
  const { texts } = frame;
  const fill = filler(frame, visit);
  const boxes = visit.lists.map(({ name, description = '' }, place) =>
    checkbox({
      value: String(place),
      checked: ticked !== 'all' && ticked.includes(place),
      label: escapeHtml(name),
      hint: escapeHtml(description),
    }),
  );
  boxes.push(
    checkbox({
      value: 'all',
      checked: ticked === 'all',
      label: fill(texts.allMail),
      hint: escapeHtml(texts.allMailHint),
    }),
  );
  return `<fieldset>\n<legend>${fill(texts.askLists)}</legend>\n${boxes.join('\n')}\n</fieldset>`;
}

/** `label` and `hint` are HTML. */
function checkbox(box: { value: string; checked: boolean; label: string; hint: string }): string {
  const hint = box.hint ? `<small>${box.hint}</small>` : '';
  const checked = box.checked ? ' checked' : '';
  return `<label><input type="checkbox" name="list" value="${box.value}"${checked}> <span>${box.label}${hint}</span></label>`;
}

function whatWasLeft(sentence: string, { lists }: Visit, left: readonly number[]): string {
  const items = left.map((place) => `<li>${escapeHtml(lists[place]?.name ?? '')}</li>`);
  return `<p>${sentence}</p>\n<ul>${items.join('')}</ul>`;
}

function undoForm(texts: PageTexts, left: Ticked, nonce: string): string {
  const lists = (left === 'all' ? ['all'] : left).map((place) => hiddenField('list', String(place)));
  return `<form method="post" class="after">
<p>${escapeHtml(texts.mistake)}</p>
${lists.join('')}${hiddenField('nonce', nonce)}
<button class="second" name="do" value="undo">${escapeHtml(texts.undo)}</button>
</form>`;
}

function hiddenField(name: string, value: string): string {
  return `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`;
}

const tick =
  '<svg viewBox="0 0 48 48" fill="none" stroke="currentColor" stroke-width="3.5" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><circle cx="24" cy="24" r="21"/><path d="m15 24.5 6.5 6.5L34 18"/></svg>';
