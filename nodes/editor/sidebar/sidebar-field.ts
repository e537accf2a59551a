import type { Words } from './sidebar-view.ts';

export interface SidebarField {
  readonly element: JQuery;
  /** Trimmed. */
  value(): string;
  set(text: string): void;
}

let count = 0;

/** An input with its label, the text `email-sidebar.field.<name>`. */
export function sidebarField(words: Words, name: string, attributes: Record<string, string>): SidebarField {
  count += 1;
  const id = `email-sidebar-${name}-${count}`;
  const input = $('<input>').attr({ id, ...attributes });
  const label = $('<label>')
    .attr('for', id)
    .text(words._(`email-sidebar.field.${name}`));
  return {
    element: $('<div class="email-field">').append(label, input),
    value: () => String(input.val() ?? '').trim(),
    set: (text) => void input.val(text),
  };
}
