import { keyedList } from './keyed-list.ts';
import { setText } from './set-text.ts';

export interface Bar {
  readonly key: string;
  readonly value: number;
  /** Of its time, as it stands below the axis. */
  readonly label: string;
}

export interface BarChart {
  readonly element: JQuery;
  /** `summary` says in words what the picture shows. */
  update(bars: readonly Bar[], summary: string): void;
}

/** Bars on a scale of their own, from nothing to a round number; in the colours of the editor's theme. */
export function barChart(): BarChart {
  const top = $('<span class="email-chart-top">');
  const columns = $('<div class="email-chart-bars">');
  const first = $('<span>');
  const middle = $('<span>');
  const last = $('<span>');
  const element = $('<div class="email-chart" role="img">').append(
    top,
    columns,
    $('<div class="email-chart-axis">').append(first, middle, last),
  );
  let most = 1;
  const show = keyedList<Bar>(columns, { keyOf: ({ key }) => key, open: () => column(() => most) });
  return {
    element,
    update(bars, summary) {
      most = roundAbove(Math.max(...bars.map(({ value }) => value), 0));
      element.attr('aria-label', summary);
      setText(top, most.toLocaleString());
      show(bars);
      const labels = [bars.at(0), bars.at(bars.length / 2), bars.at(-1)].map((bar) => bar?.label ?? '');
      for (const [index, place] of [first, middle, last].entries()) setText(place, String(labels[index]));
    },
  };
}

function column(most: () => number) {
  const bar = $('<b>');
  return {
    element: $('<span>').append(bar),
    update({ value, label }: Bar) {
      bar.css('height', `${(100 * value) / most()}%`).toggleClass('email-some', value > 0);
      bar.parent().attr('title', `${label}: ${value.toLocaleString()}`);
    },
  };
}

/** The next of 1, 2, 5, 10, 20, 50 … */
export function roundAbove(value: number): number {
  if (value <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ([1, 2, 5].find((step) => step * power >= value) ?? 10);
}
