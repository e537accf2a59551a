import { setText } from './set-text.ts';

export interface Section {
  readonly element: JQuery;
  readonly body: JQuery;
  /** A word beside the title, seen when it is folded too. */
  note(text: string): void;
  toggle(isShown: boolean): void;
}

/** A part of the tab that folds as the categories of Node-RED's own palette do. */
export function openSection(title: string, isOpen = true): Section {
  const note = $('<small class="email-sidebar-note">');
  const body = $('<div class="email-sidebar-body">');
  const element = $('<details class="email-sidebar-section">')
    .prop('open', isOpen)
    .append(
      $('<summary class="red-ui-palette-header">').append(
        $('<i class="fa fa-angle-down" aria-hidden="true">'),
        $('<span>').text(title),
        note,
      ),
      body,
    );
  return {
    element,
    body,
    note: (text) => setText(note, text),
    toggle: (isShown) => {
      element.toggleClass('email-hidden', !isShown);
    },
  };
}
