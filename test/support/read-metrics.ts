import assert from 'node:assert/strict';

export interface ReadSample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface ReadMetric {
  readonly help: string;
  readonly type: string;
  readonly samples: readonly ReadSample[];
}

const name = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const sampleLine = new RegExp(`^(${name})(?:\\{(.*)\\})? (-?[0-9][0-9.e+-]*|NaN|[+-]Inf)$`);
const label = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,|$)/;

/**
 * Prometheus' text exposition format 0.0.4, as strictly as it can be read: every metric has its HELP and TYPE before its
 * samples, which stand together, and no two of them have the same labels. Throws for anything else.
 */
export function readMetrics(text: string): Map<string, ReadMetric> {
  const metrics = new Map<string, { help: string; type: string; samples: ReadSample[] }>();
  let current = '';
  assert.ok(text === '' || text.endsWith('\n'), 'the last line must end');
  for (const line of text.split('\n').slice(0, -1)) {
    const [, kind, about = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? [];
    if (kind === 'HELP') {
      assert.match(about, new RegExp(`^${name}$`));
      assert.ok(!metrics.has(about), `${about} twice`);
      metrics.set(about, { help: unescaped(rest), type: '', samples: [] });
      current = about;
    } else if (kind === 'TYPE') {
      const metric = metrics.get(about);
      assert.ok(
        metric && about === current && metric.samples.length === 0,
        `TYPE of ${about} in the wrong place`,
      );
      assert.match(rest, /^(counter|gauge|histogram|summary|untyped)$/);
      metric.type = rest;
    } else readSample(line, current, metrics.get(current)?.samples);
  }
  for (const [about, { type, samples }] of metrics)
    assert.ok(type && samples.length > 0, `${about} has nothing`);
  return metrics;
}

function readSample(line: string, current: string, samples: ReadSample[] | undefined): void {
  const [, about, pairs = '', value = ''] = sampleLine.exec(line) ?? assert.fail(`no sample: ${line}`);
  assert.ok(samples && about === current, `${about} stands under ${current}`);
  const labels = readLabels(pairs);
  const same = samples.find((one) => JSON.stringify(one.labels) === JSON.stringify(labels));
  assert.equal(same, undefined, `twice: ${line}`);
  samples.push({ labels, value: Number(value.replace('Inf', 'Infinity')) });
}

function readLabels(pairs: string): Record<string, string> {
  const labels: Record<string, string> = {};
  for (let rest = pairs; rest !== ''; ) {
    const [all, key = '', value = ''] = label.exec(rest) ?? assert.fail(`no labels: ${rest}`);
    assert.ok(!(key in labels), `${key} twice`);
    labels[key] = unescaped(value);
    rest = rest.slice(all.length);
    assert.ok(!all.endsWith(',') || rest !== '', 'a comma too many');
  }
  return labels;
}

function unescaped(text: string): string {
  return text.replace(/\\([\\"n])/g, (_all, mark: string) => (mark === 'n' ? '\n' : mark));
}
