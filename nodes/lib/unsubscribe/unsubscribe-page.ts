/** What happened, or is to be asked, comes in; the page that says so goes out. */
import type { HttpAnswer } from './http-exchange.ts';
import { escapeHtml, framePage, type PageFrame } from './page-frame.ts';
import {
  choiceFields,
  filler,
  hiddenField,
  plainPage,
  sentenceWithLists,
  type Ticked,
  tick,
  type Visit,
} from './page-parts.ts';
import type { PageTexts } from './page-texts.ts';
import { type AgainOffer, againForm } from './resubscribe-page.ts';

export interface AskOptions {
  readonly ticked: Ticked;
  readonly nonce: string;
  /** Why it is asked again. */
  readonly notice?: 'nothingTicked' | 'pressAgain';
  readonly again?: AgainOffer;
}

export function askPage(
  frame: PageFrame,
  visit: Visit,
  { ticked, nonce, notice, again }: AskOptions,
): HttpAnswer {
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
</form>${againForm(texts, again)}`,
  });
}

export interface DoneOptions {
  readonly left: Ticked;
  /** For the undo button. */
  readonly nonce: string;
  readonly again?: AgainOffer;
}

export function donePage(frame: PageFrame, visit: Visit, { left, nonce, again }: DoneOptions): HttpAnswer {
  const { texts } = frame;
  const fill = filler(frame, visit);
  const more = left === 'all' ? '' : `\n<p><a href="">${escapeHtml(texts.more)}</a></p>`;
  return framePage(frame, {
    status: 200,
    title: texts.doneTitle,
    content: `${tick}
<h1>${escapeHtml(texts.doneTitle)}</h1>
${left === 'all' ? `<p>${fill(texts.doneAll)}</p>` : sentenceWithLists(fill(texts.doneLists), visit, left)}${more}
${undoForm(texts, left, nonce)}${againForm(texts, again)}`,
  });
}

export function undonePage(frame: PageFrame, visit: Visit): HttpAnswer {
  return plainPage(frame, { status: 200, title: 'undoneTitle', text: 'undone', visit });
}

export function notUndonePage(frame: PageFrame, visit: Visit, again?: AgainOffer): HttpAnswer {
  const below = againForm(frame.texts, again);
  return plainPage(frame, { status: 409, title: 'notUndoneTitle', text: 'notUndone', visit, below });
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

function undoForm(texts: PageTexts, left: Ticked, nonce: string): string {
  return `<form method="post" class="after">
<p>${escapeHtml(texts.mistake)}</p>
${choiceFields(left, nonce)}
<button class="second" name="do" value="undo">${escapeHtml(texts.undo)}</button>
</form>`;
}
