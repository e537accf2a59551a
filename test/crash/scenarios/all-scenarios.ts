import type { Scenario } from '../scenario.ts';
import { erasure } from './erasure.ts';
import { eventLog } from './event-log.ts';
import { inboundHttp } from './inbound-http.ts';
import { inboundImap } from './inbound-imap.ts';
import { inboundSns, inboundSqs } from './inbound-ses.ts';
import { inboundSmtp } from './inbound-smtp.ts';
import { keyRotation } from './key-rotation.ts';
import { listImport } from './list-import.ts';
import { mailing } from './mailing.ts';
import { migration } from './migration.ts';
import { outboxHold, outboxResend } from './outbox.ts';
import { pruning } from './pruning.ts';
import { tokenRenewal, tokenRotation } from './token-renewal.ts';
import { webhook } from './webhook.ts';

/** The rows of the crash matrix. */
export const allScenarios: readonly Scenario[] = [
  outboxHold,
  outboxResend,
  mailing,
  webhook,
  eventLog,
  inboundSmtp,
  inboundImap,
  inboundSqs,
  inboundSns,
  inboundHttp,
  listImport,
  migration,
  tokenRenewal,
  tokenRotation,
  erasure,
  pruning,
  keyRotation,
];
