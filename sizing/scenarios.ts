/** What `npm run sizing` plays through: rows that were measured, and what they make of several machines. */
import { answerOfSes, personalMail, sesMail } from './costs.ts';
import type { Plan, Region } from './plan.ts';
import type { Scenario } from './scenario.ts';

const many = 100_000_000;

/** The bench: one machine of two cores, which also runs the mail server. */
export const bench: Scenario = {
  store: 'file',
  machines: 1,
  cores: 2,
  isOneHost: true,
  concurrency: 20,
  mailWork: personalMail.main,
  answer: 0,
  campaign: many,
  seconds: 10,
};

/** Times the mails of a second with a measured row. */
export const checks = [
  { name: 'personal mails on the file', scenario: bench, measured: 5_100 },
  { name: 'the same without waiting for the disk', scenario: { ...bench, commitWait: 0 }, measured: 5_730 },
  { name: 'the same, three times as many ahead', scenario: { ...bench, ahead: 3 }, measured: 5_355 },
] as const;

/** Machines of two cores, PostgreSQL on eight of its own, Amazon SES. */
export const shared: Scenario = {
  store: 'postgres',
  machines: 3,
  cores: 2,
  databaseCores: 8,
  concurrency: 100,
  mailWork: sesMail.main,
  answer: answerOfSes,
  campaign: many,
  seconds: 20,
};

/** A thousand a second by three machines, with single mails beside a campaign. */
export const thousand: Scenario = {
  ...shared,
  rate: 1_000,
  campaign: 1_000_000,
  transactional: { perSecond: 20, isFirst: true },
  seconds: 60,
};

export const failures = [
  { name: 'nothing', scenario: { ...thousand, seconds: 120 } },
  { name: 'a machine dies after 20 s', scenario: { ...thousand, seconds: 120, machineDies: 20 } },
  {
    name: 'the database is away for a minute',
    scenario: { ...thousand, seconds: 120, databaseDown: [20, 80] },
  },
  {
    name: 'the region is down for a minute',
    scenario: { ...thousand, seconds: 120, providerDown: [20, 80] },
  },
] satisfies { name: string; scenario: Scenario }[];

const region = (name: string, given: Partial<Region> = {}): Region => ({
  name,
  perSecond: 250,
  quota: 21_600_000,
  ...given,
});

const names = ['a', 'b', 'c', 'd'];
const plan = (regions: readonly Region[]): Plan => ({
  recipients: many,
  regions,
  perSecond: 1_500,
  mostDays: 60,
});

/** 100 million recipients over four regions of 250 mails a second. */
export const plans = [
  { name: 'four regions, quota of a whole day at that rate', plan: plan(names.map((name) => region(name))) },
  {
    name: 'the same, quota of 10 million a day each',
    plan: plan(names.map((name) => region(name, { quota: 10_000_000 }))),
  },
  {
    name: 'one region down for six hours',
    plan: plan(names.map((name) => region(name, name === 'a' ? { down: [6, 12] } : {}))),
  },
  {
    name: 'warmed up from 50,000 a day each, half as much again every day',
    plan: plan(names.map((name) => region(name, { warmUp: { first: 50_000, growth: 1.5 } }))),
  },
];
