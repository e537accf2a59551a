import assert from 'node:assert/strict';
import fc from 'fast-check';
import { metricsText } from '../../../nodes/lib/overview/metrics-text.ts';
import { readMetrics } from '../../support/read-metrics.ts';

const gauge = { name: 'email_app_up', help: 'Whether it is.', type: 'gauge' } as const;

describe('metricsText', () => {
  it('writes name, help and type once, and a line for each sample', () => {
    const samples = [
      { labels: { app: 'shop', route: 'ses' }, value: 1 },
      { labels: {}, value: 0.25 },
    ] as const;
    assert.equal(
      metricsText([{ ...gauge, samples }]),
      '# HELP email_app_up Whether it is.\n# TYPE email_app_up gauge\nemail_app_up{app="shop",route="ses"} 1\nemail_app_up 0.25\n',
    );
  });

  it('leaves out what has no sample', () => assert.equal(metricsText([{ ...gauge, samples: [] }]), ''));

  it('writes numbers that are none as the format has them', () => {
    const values = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, 1e21, -0.5];
    const samples = values.map((value, n) => ({ labels: { n: String(n) }, value }));
    const read = readMetrics(metricsText([{ ...gauge, samples }])).get(gauge.name);
    assert.deepEqual(
      read?.samples.map(({ value }) => value),
      values,
    );
  });

  it('gives back any label and any help, whatever is in it', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom('\\', '"', '\n', 'n', '}', ' ', '\r') }),
    );
    fc.assert(
      fc.property(text, text, (app, help) => {
        const written = metricsText([{ ...gauge, help, samples: [{ labels: { app }, value: 1 }] }]);
        const read = readMetrics(written).get(gauge.name);
        assert.equal(read?.help, help.replaceAll('\r', ' '));
        assert.deepEqual(read?.samples, [{ labels: { app: app.replaceAll('\r', ' ') }, value: 1 }]);
      }),
    );
  });
});
