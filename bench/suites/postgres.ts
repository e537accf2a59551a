/** What several processes share in PostgreSQL. */
import { all, none, rate, type Suite, type Variant } from '../suite.ts';

const sender = (name: string, setting: string): Variant => ({
  name,
  file: 'shared-senders',
  setting,
  arriving: all,
});

const one = sender('one process', '1 20');
const two = sender('two processes', '2 20');

export const shared: Suite = {
  name: 'postgres',
  sink: 'smtp-sink',
  count: 10_000,
  rounds: 5,
  variants: [one, two],
  rows: [
    {
      name: 'two processes on PostgreSQL / one, all of it on two cores',
      of: two,
      against: one,
      by: rate,
      target: { least: 1.5 },
    },
  ],
};

const oneAfar = sender('one process, 10 mails at once', '1 10');
const twoAfar = sender('two processes, 10 mails at once each', '2 10');

/** What more machines are for: each waits for the mail server most of the time. */
export const afar: Suite = {
  name: 'postgres-afar',
  sink: 'slow-smtp-sink',
  count: 4000,
  warmUp: 400,
  rounds: 5,
  variants: [oneAfar, twoAfar],
  rows: [
    {
      name: 'two processes on PostgreSQL / one, where the mail server answers after 20 ms',
      of: twoAfar,
      against: oneAfar,
      by: rate,
      target: { least: 1.5 },
    },
  ],
};

const pgBoss: Variant = { name: 'pg-boss, batched', file: 'pg-boss-queue', arriving: none };
const outbox: Variant = { name: 'queue on PostgreSQL', file: 'postgres-queue', arriving: none };

export const queue: Suite = {
  name: 'postgres-queue',
  sink: 'smtp-sink',
  count: 40_000,
  warmUp: 5000,
  rounds: 5,
  variants: [pgBoss, outbox],
  rows: [
    {
      name: 'queue on PostgreSQL / pg-boss, batched',
      of: outbox,
      against: pgBoss,
      by: rate,
      target: { least: 1 },
    },
  ],
};
