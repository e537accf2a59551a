/** Metrics come in; the text that Prometheus, and every OpenTelemetry collector, reads goes out (exposition format 0.0.4). */

export interface Metric {
  readonly name: string;
  /** One sentence. */
  readonly help: string;
  readonly type: 'counter' | 'gauge';
  readonly samples: readonly Sample[];
}

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export const metricsType = 'text/plain; version=0.0.4; charset=utf-8';

/** A metric without samples is left out. */
export function metricsText(metrics: readonly Metric[]): string {
  return metrics
    .filter(({ samples }) => samples.length > 0)
    .map(writeMetric)
    .join('');
}

function writeMetric({ name, help, type, samples }: Metric): string {
  const head = `# HELP ${name} ${escaped(help)}\n# TYPE ${name} ${type}\n`;
  return head + samples.map((sample) => writeSample(name, sample)).join('');
}

function writeSample(name: string, { labels, value }: Sample): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escapedLabel(text)}"`);
  return `${name}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${writeNumber(value)}\n`;
}

function writeNumber(value: number): string {
  if (Number.isFinite(value) || Number.isNaN(value)) return String(value);
  return value > 0 ? '+Inf' : '-Inf';
}

/** Names come from people: nothing of theirs may begin a line of its own. */
function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', ' ');
}

function escapedLabel(text: string): string {
  return escaped(text.toWellFormed()).replaceAll('"', '\\"');
}
