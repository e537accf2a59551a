/** The suppression list, and who gets on it by a click. */
import { filledList } from '../filled-list.ts';
import { cpu, none, rate, type Sizes, type Suite, time, type Variant } from '../suite.ts';
import { bulkSend } from './sending.ts';

export const filter = ({ entries }: Sizes): Suite => {
  const check: Variant = {
    name: 'look-up of its recipient',
    file: 'recipient-check',
    arriving: none,
    startsFrom: (tell) => filledList(entries, tell),
  };
  return {
    name: 'filter',
    sink: 'smtp-sink',
    count: 15_000,
    rounds: 5,
    variants: [bulkSend, check],
    rows: [
      {
        name: `share of a bulk send’s CPU that the check against ${entries.toLocaleString('en')} entries takes`,
        of: check,
        against: bulkSend,
        by: cpu,
        target: { most: 0.03 },
      },
    ],
  };
};

const sortedLoad: Variant = { name: 'a sorted load into SQLite', file: 'sorted-load', arriving: none };
const importList: Variant = { name: 'import of a CSV', file: 'import-list', arriving: none };

export const listImport = ({ entries }: Sizes): Suite => ({
  name: 'import',
  sink: 'smtp-sink',
  count: entries,
  warmUp: 0,
  rounds: 5,
  variants: [sortedLoad, importList],
  rows: [
    {
      name: `time of importing ${entries.toLocaleString('en')} addresses from CSV / of a sorted load into SQLite`,
      of: importList,
      against: sortedLoad,
      by: time,
      target: { most: 1.3 },
    },
  ],
});

const bareRoute: Variant = { name: 'bare Express 4 route', file: 'bare-route', arriving: none };
const oneClick: Variant = { name: 'one-click unsubscribe', file: 'one-click', arriving: none };

export const unsubscribe: Suite = {
  name: 'one-click',
  sink: 'smtp-sink',
  count: 10_000,
  rounds: 5,
  variants: [bareRoute, oneClick],
  rows: [
    {
      name: 'one-click POST, durable / bare express route',
      of: oneClick,
      against: bareRoute,
      by: rate,
      target: { least: 0.5 },
    },
  ],
};
