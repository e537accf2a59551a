import { sidebarButton, sureButton } from '../sidebar-button.ts';
import type { ListedMessage, MessageRoom } from './message-room.ts';

export interface MessageAction {
  readonly name: string;
  readonly icon: string;
  /** Below `messages/`. */
  readonly path: string;
  readonly body?: Readonly<Record<string, string>>;
  readonly states: readonly string[];
  /** It takes a second click. */
  readonly isGrave?: boolean;
}

const actions: readonly MessageAction[] = [
  { name: 'retry', icon: 'bolt', path: 'retry', states: ['queued'] },
  { name: 'cancel', icon: 'times', path: 'cancel', states: ['queued', 'held'], isGrave: true },
  { name: 'resend', icon: 'repeat', path: 'resend', states: ['unknown'], isGrave: true },
  {
    name: 'as-sent',
    icon: 'check',
    path: 'resolve',
    body: { as: 'sent' },
    states: ['unknown'],
    isGrave: true,
  },
  {
    name: 'as-failed',
    icon: 'ban',
    path: 'resolve',
    body: { as: 'failed' },
    states: ['unknown'],
    isGrave: true,
  },
  {
    ...{ name: 'again', icon: 'paper-plane-o', path: 'again', isGrave: true },
    states: ['sent', 'failed', 'suppressed', 'expired', 'cancelled'],
  },
];

/** What may be done with a mail as it stands. */
export function messageActions(
  room: MessageRoom,
  { state }: ListedMessage,
  act: (action: MessageAction) => unknown,
): JQuery[] {
  return actions
    .filter(({ states }) => states.includes(state))
    .map((action) => {
      const look = { icon: action.icon, name: action.name, scope: 'write' as const };
      const press = () => act(action);
      return action.isGrave ? sureButton(room, look, press) : sidebarButton(room, look, press).element;
    });
}
