import type { AppOverview } from '../../lib/overview/app-overview.ts';
import { dnsPart } from './dns-part.ts';
import { headPart } from './head-part.ts';
import { inboundPart } from './inbound-part.ts';
import { mailPart } from './mail-part.ts';
import { queuePart } from './queue-part.ts';
import { reputationPart } from './reputation-part.ts';
import type { OpenView } from './sidebar-view.ts';
import { suppressionsPart } from './suppressions-part.ts';
import { tokenPart } from './token-part.ts';
import { webhooksPart } from './webhooks-part.ts';

const open = [
  headPart,
  queuePart,
  mailPart,
  reputationPart,
  dnsPart,
  tokenPart,
  webhooksPart,
  inboundPart,
  suppressionsPart,
];

/** How the app stands, at a glance. */
export const openOverview: OpenView = (room) => {
  const parts = open.map((openPart) => openPart(room));
  const update = (app: AppOverview): void => {
    for (const part of parts) part.update(app);
  };
  return {
    id: 'overview',
    element: $('<div>').append(parts.map(({ element }) => element)),
    show: update,
    update,
    hide() {},
  };
};
