import type { SidebarRoom } from './sidebar-view.ts';

export interface SidebarCheck {
  readonly element: JQuery;
  isOn(): boolean;
  set(isOn: boolean): void;
}

/** A check box with its label, the text `email-sidebar.field.<name>`; it rests without the permission. */
export function sidebarCheck(
  { words, may }: SidebarRoom,
  { name, scope }: { readonly name: string; readonly scope: 'write' | 'decrypt' },
  onChange: () => unknown,
): SidebarCheck {
  const box = $<HTMLInputElement>('<input type="checkbox">').on('change', () => void onChange());
  const label = $('<label class="email-check-line">').append(
    box,
    $('<span>').text(words._(`email-sidebar.field.${name}`)),
  );
  if (!may(scope)) {
    box.prop('disabled', true);
    label.attr('title', words._('email-sidebar.permission', { permission: `email-app.${scope}` }));
  }
  return {
    element: label,
    isOn: () => box.prop('checked') === true,
    set: (isOn) => void box.prop('checked', isOn),
  };
}
