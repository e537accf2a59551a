import { setText } from './set-text.ts';

export interface SidebarProgress {
  readonly element: JQuery;
  /** `share` from 0 to 1; without it nobody knows how much is left. */
  show(text: string, share?: number): void;
  end(): void;
}

/** How far long work has come: a bar and a sentence. */
export function sidebarProgress(label: string): SidebarProgress {
  const bar = $('<progress>').attr('aria-label', label);
  const sentence = $('<small>');
  const element = $('<div class="email-progress email-hidden">').append(bar, sentence);
  return {
    element,
    show(text, share) {
      element.removeClass('email-hidden');
      if (share === undefined) bar.removeAttr('value');
      else bar.attr('value', share);
      setText(sentence, text);
    },
    end: () => void element.addClass('email-hidden'),
  };
}
