/** The scenarios go in; lines for people and pictures go out. */
import type { Bar, Chart } from '../bench/chart.ts';
import { simulatePlan } from './plan.ts';
import type { Result, Scenario } from './scenario.ts';
import { checks, failures, plans, shared, thousand } from './scenarios.ts';
import { simulate } from './simulate.ts';

export interface Report {
  readonly lines: readonly string[];
  readonly charts: readonly Chart[];
}

export function report(): Report {
  const parts = [checkModel(), addMachines(), waitBehind(), breakThings(), sendToMany()];
  return {
    lines: parts.flatMap(({ lines }) => ['', ...lines]),
    charts: parts.flatMap(({ charts }) => charts),
  };
}

function checkModel(): Report {
  const lines = checks.map(({ name, scenario, measured }) => {
    const { perSecond } = simulate(scenario);
    const off = Math.round((perSecond / measured - 1) * 100);
    return `${name}: ${whole(perSecond)} a second; measured ${whole(measured)} (${off > 0 ? '+' : ''}${off} %)`;
  });
  return { lines: ['The model beside what was measured', ...lines], charts: [] };
}

function addMachines(): Report {
  const runs = [1, 2, 3, 4, 6, 8].map((machines) => ({
    machines,
    result: simulate({ ...shared, machines }),
  }));
  const lines = runs.map(
    ({ machines, result }) =>
      `${machines} × 2 cores: ${whole(result.perSecond)} a second; ${coresOf(result)}`,
  );
  const bars = runs.map(({ machines, result }) =>
    barOf(machines === 1 ? '1 machine' : `${machines} machines`, result.perSecond, 'a second'),
  );
  return {
    lines: ['Machines on PostgreSQL with eight cores, Amazon SES at 50 ms, no limit to the rate', ...lines],
    charts: [
      {
        name: 'machines',
        title: 'Mails a second over Amazon SES, by machines on one PostgreSQL',
        scale: 'simulated; two cores each, 100 mails at once each, eight cores for the database',
        bars,
        notes: [],
      },
    ],
  };
}

function waitBehind(): Report {
  const limited: readonly (readonly [string, Scenario])[] = [
    ['of high priority', thousand],
    [
      'of the same priority, behind a campaign of 30,000',
      {
        ...thousand,
        campaign: 30_000,
        transactional: { perSecond: 20, isFirst: false },
      },
    ],
  ];
  const lines = limited.map(([name, scenario]) => {
    const { latency, ...result } = simulate(scenario);
    return `${name}: p50 ${whole(latency.median)} ms, p99 ${whole(latency.p99)} ms; ${coresOf(result)}`;
  });
  return {
    lines: ['A single mail beside a campaign, 1,000 mails a second by three machines', ...lines],
    charts: [],
  };
}

function breakThings(): Report {
  const lines = failures.map(({ name, scenario }) => {
    const { sent, unknown, latency } = simulate(scenario);
    return `${name}: ${whole(sent)} sent in 120 s, ${unknown} in doubt; single mails p99 ${whole(latency.p99)} ms`;
  });
  return { lines: ['What a failure costs, at 1,000 a second', ...lines], charts: [] };
}

function sendToMany(): Report {
  const runs = plans.map(({ name, plan }) => ({ name, result: simulatePlan(plan) }));
  const lines = runs.map(({ name, result: { hours, left } }) =>
    hours === undefined ? `${name}: ${whole(left)} left` : `${name}: ${hours.toFixed(1)} hours`,
  );
  const bars = runs.map(({ name, result: { hours = 0 } }) => barOf(name, hours, 'hours'));
  return {
    lines: ['100 million recipients', ...lines],
    charts: [
      {
        name: 'many',
        title: 'A mail to 100 million: how long it takes',
        scale: 'simulated; four regions of Amazon SES, 250 mails a second each; shorter is better',
        bars,
        notes: [],
      },
    ],
  };
}

function coresOf({ machineCores, databaseCores, connections }: Omit<Result, 'latency'>): string {
  return `cores busy: ${machineCores.toFixed(1)} of the machines, ${databaseCores.toFixed(1)} of the database; ${connections} connections`;
}

function barOf(label: string, value: number, unit: string): Bar {
  const text = `${value < 1000 ? Number(value.toPrecision(3)) : whole(value)} ${unit}`;
  return { label, value, low: value, high: value, text, isOurs: true, marks: [] };
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en');
}
