import type { HealthLevel } from '../../lib/overview/app-overview.ts';
import { setText } from './set-text.ts';
import type { Words } from './sidebar-view.ts';

const icons: Record<HealthLevel, string> = {
  good: 'fa-check-circle',
  warning: 'fa-exclamation-triangle',
  bad: 'fa-times-circle',
};

/** A light and its word: colour alone says nothing to many. */
export function healthLight(words: Words): { element: JQuery; update(level: HealthLevel): void } {
  const icon = $('<i aria-hidden="true">');
  const word = $('<span>');
  const element = $('<span class="email-light">').append(icon, word);
  return {
    element,
    update(level) {
      element.attr('data-level', level);
      icon.attr('class', `fa ${icons[level]}`);
      setText(word, words._(`email-sidebar.level.${level}`));
    },
  };
}
