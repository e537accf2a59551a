/** Node-RED's start. */
import { type Measure, none, type Suite, type Variant } from '../suite.ts';

const milliseconds: Measure = { name: 'time', says: 'ms', of: ({ seconds }) => seconds * 1000 };
const cpuTime: Measure = {
  name: 'cpu',
  says: 'ms of CPU',
  of: ({ cpuMicroseconds = Number.NaN }) => cpuMicroseconds / 1000,
};

const starting = (name: string, setting: string): Variant => ({
  name,
  file: 'start',
  setting,
  arriving: none,
});
const bare = starting('Node-RED', 'bare');
const withPackage = starting('with the package in its palette', 'palette');
const withApp = starting('with an app and send-email in its flow', 'app');

export const start: Suite = {
  name: 'start',
  sink: 'smtp-sink',
  count: 1,
  warmUp: 0,
  rounds: 15,
  variants: [bare, withPackage, withApp],
  rows: [
    {
      name: 'what the package adds to Node-RED’s start, same empty flow',
      of: withPackage,
      against: bare,
      by: milliseconds,
      unit: 'ms',
      target: { most: 60 },
    },
    {
      name: 'what the package with an app and send-email in the flow adds',
      of: withApp,
      against: bare,
      by: milliseconds,
      unit: 'ms',
    },
    {
      name: 'CPU that the package adds to Node-RED’s start, same empty flow',
      of: withPackage,
      against: bare,
      by: cpuTime,
      unit: 'ms',
    },
  ],
};
