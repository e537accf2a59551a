import { accessPart } from './messages/access-part.ts';
import { exportPart } from './messages/export-part.ts';
import { MessageList } from './messages/message-list.ts';
import type { MessageRoom } from './messages/message-room.ts';
import { ReceivedPart } from './messages/received-part.ts';
import { SearchForm } from './messages/search-form.ts';
import { openSection } from './section.ts';
import { sidebarCheck } from './sidebar-check.ts';
import type { OpenView } from './sidebar-view.ts';

/** The app's mails, and what happened to each. */
export const openMessagesView: OpenView = (sidebar) => {
  let nodeId = '';
  const room: MessageRoom = { ...sidebar, path: () => nodeId };
  /** Subjects are sealed: whoever looks for one opens them. */
  const search = (): Promise<void> => {
    const query = form.query();
    return list.search(query, opened.isOn() || query.subject !== undefined);
  };
  const opened = sidebarCheck(room, { name: 'show-people', scope: 'decrypt' }, search);
  const form = new SearchForm(room, () => void search());
  const list = new MessageList(room);
  const received = new ReceivedPart(room);
  const accesses = accessPart(room);
  const sent = openSection(room.words._('email-sidebar.messages.sent'));
  sent.body.append(form.element, opened.element, list.element, exportPart(room, () => form.query()).element);
  return {
    id: 'messages',
    element: $('<div>').append(sent.element, received.element, accesses.element),
    show(app, wish) {
      const isOther = nodeId !== app.nodeId;
      nodeId = app.nodeId;
      if (isOther) opened.set(false);
      if (isOther) for (const part of [received, accesses]) part.clear();
      if (isOther || wish) form.wish(wish ?? {});
      if (isOther || wish) void search();
    },
    hide() {},
  };
};
