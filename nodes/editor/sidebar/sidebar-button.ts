import { setText } from './set-text.ts';
import type { SidebarRoom } from './sidebar-view.ts';

interface ButtonLook {
  readonly icon: string;
  /** Name of its text below `email-sidebar.button`. */
  readonly name: string;
  /** What the person needs to press it. */
  readonly scope?: 'write' | 'decrypt';
}

export interface SidebarButton {
  readonly element: JQuery;
  /** Another look of the same button. */
  look(icon: string, name: string): void;
}

export function sidebarButton(room: SidebarRoom, look: ButtonLook, act: () => unknown): SidebarButton {
  const { words } = room;
  const icon = $('<i aria-hidden="true">');
  const label = $('<span>');
  const element = $('<button type="button" class="red-ui-button red-ui-button-small">');
  element.append(icon, ' ', label).on('click', () => void act());
  if (look.scope && !room.may(look.scope)) rest(room, element, look.scope);
  const button: SidebarButton = {
    element,
    look(name, text) {
      icon.attr('class', `fa fa-${name}`);
      setText(label, words._(`email-sidebar.button.${text}`));
    },
  };
  button.look(look.icon, look.name);
  return button;
}

function rest({ words }: SidebarRoom, button: JQuery, scope: string): void {
  const title = words._('email-sidebar.permission', { permission: `email-app.${scope}` });
  button.prop('disabled', true).addClass('disabled').attr('title', title);
}

const doubtMs = 5000;

/** For what cannot be undone: it takes a second click, within a few seconds. */
export function sureButton(room: SidebarRoom, look: ButtonLook, act: () => unknown): JQuery {
  let doubt: ReturnType<typeof setTimeout> | undefined;
  const calm = (): void => {
    clearTimeout(doubt);
    doubt = undefined;
    button.look(look.icon, look.name);
  };
  const button = sidebarButton(room, look, () => {
    if (doubt !== undefined) {
      calm();
      return act();
    }
    button.look(look.icon, 'sure');
    doubt = setTimeout(calm, doubtMs);
    return undefined;
  });
  return button.element;
}
