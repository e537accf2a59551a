/** What is measured and what it must reach. */
import type { Sizes, Suite } from './suite.ts';
import { afar, queue, shared } from './suites/postgres.ts';
import { inbound, largeInbound } from './suites/receiving.ts';
import { burst, dkim, growth, million, personal } from './suites/sending.ts';
import { ses, webhook } from './suites/services.ts';
import { start } from './suites/starting.ts';
import { filter, listImport, unsubscribe } from './suites/suppression.ts';

export const suites = (sizes: Sizes): readonly Suite[] => [
  burst,
  personal(sizes),
  dkim,
  million(sizes),
  growth(sizes),
  filter(sizes),
  listImport(sizes),
  unsubscribe,
  ses,
  inbound,
  largeInbound,
  webhook,
  shared,
  afar,
  queue,
  start,
];
