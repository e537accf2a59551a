import type { OpenView } from './sidebar-view.ts';
import { AddressPart } from './suppressions/address-part.ts';
import { FilesPart } from './suppressions/files-part.ts';
import { listPart } from './suppressions/list-part.ts';
import type { SuppressionRoom } from './suppressions/suppression-room.ts';

/** Who is no longer sent to. */
export const openSuppressionsView: OpenView = (sidebar) => {
  let nodeId = '';
  const room: SuppressionRoom = { ...sidebar, path: () => nodeId, changed: () => list.clear() };
  const address = new AddressPart(room);
  const list = listPart(room);
  const files = new FilesPart(room);
  const parts = [address, list, files];
  return {
    id: 'suppressions',
    element: $('<div>').append(parts.map(({ element }) => element)),
    show(app) {
      if (nodeId !== app.nodeId) for (const part of parts) part.clear();
      nodeId = app.nodeId;
    },
    hide() {},
  };
};
