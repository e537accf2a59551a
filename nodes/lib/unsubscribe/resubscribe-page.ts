/** What the pages offer to those who want mail again, and the pages of the link that the confirmation mail has. */
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

/** The form that asks for a confirmation mail. */
export interface AgainOffer {
  readonly ticked: Ticked;
  readonly nonce: string;
}

/** The same for known and unknown addresses; nothing when the app cannot send. */
export function againForm(texts: PageTexts, offer?: AgainOffer): string {
  if (!offer) return '';
  return `
<form method="post" class="again">
<p>${escapeHtml(texts.wantAgain)}</p>
${choiceFields(offer.ticked, offer.nonce)}
<button class="plain" name="do" value="again">${escapeHtml(texts.sendConfirmation)}</button>
</form>`;
}

/** Shown whether a mail was sent or not. */
export function confirmationPage(frame: PageFrame, visit: Visit): HttpAnswer {
  return plainPage(frame, { status: 200, title: 'confirmationTitle', text: 'confirmation', visit });
}

export interface AgainOptions {
  readonly wanted: Ticked;
  readonly nonce: string;
  readonly notice?: 'pressAgain';
}

export function againPage(
  frame: PageFrame,
  visit: Visit,
  { wanted, nonce, notice }: AgainOptions,
): HttpAnswer {
  const { texts } = frame;
  const fill = filler(frame, visit);
  const question =
    wanted === 'all'
      ? `<p>${fill(texts.againAll)}</p>`
      : sentenceWithLists(fill(texts.againLists), visit, wanted);
  return framePage(frame, {
    status: notice ? 400 : 200,
    title: texts.againTitle,
    content: `<h1>${escapeHtml(texts.againTitle)}</h1>
${notice ? `<p class="notice" role="alert">${escapeHtml(texts[notice])}</p>\n` : ''}${question}
<form method="post">
${hiddenField('nonce', nonce)}
<button name="do" value="return">${escapeHtml(texts.again)}</button>
</form>`,
  });
}

export function againDonePage(frame: PageFrame, visit: Visit): HttpAnswer {
  const { texts } = frame;
  const title = texts.againDoneTitle;
  const content = `${tick}\n<h1>${escapeHtml(title)}</h1>\n<p>${filler(frame, visit)(texts.undone)}</p>`;
  return framePage(frame, { status: 200, title, content });
}

/** For a link of ours that is too old, or older than the last unsubscribing. */
export function stalePage(frame: PageFrame): HttpAnswer {
  return plainPage(frame, { status: 410, title: 'staleTitle', text: 'stale' });
}
