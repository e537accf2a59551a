import type { HourTally, Tally } from '../../lib/message-log/event-tally.ts';
import type { AppOverview } from '../../lib/overview/app-overview.ts';
import { barChart } from './bar-chart.ts';
import { keyedList } from './keyed-list.ts';
import type { Part } from './part.ts';
import { percentText } from './percent-text.ts';
import { openSection } from './section.ts';
import { setText } from './set-text.ts';
import type { SidebarRoom } from './sidebar-view.ts';

const spans = ['hour', 'day', 'month'] as const;
type Span = (typeof spans)[number];
const shown = ['sent', 'bounced', 'complained', 'unsubscribed'] as const;
type Shown = (typeof shown)[number];

/** What became of the mails of the last hour, day and month: numbers, a chart of each, and all of it as a table. */
export function mailPart(room: SidebarRoom): Part {
  const { words } = room;
  const section = openSection(words._('email-sidebar.section.mail'));
  let span: Span = 'day';
  let app: AppOverview | undefined;
  const switches = spanSwitch(room, (chosen) => {
    span = chosen;
    show();
  });
  const tiles = shown.map((name) => tallyTile(room, name));
  const caption = $('<p>');
  const table = tallyTable(room);
  section.body.append(
    switches.element,
    $('<dl class="email-tiles">').append(tiles.map(({ element }) => element)),
    caption,
    table.element,
  );
  return {
    element: section.element,
    update(latest) {
      app = latest;
      show();
    },
  };

  function show(): void {
    if (!app) return;
    const times = span === 'month' ? app.days : app.hours;
    switches.update(span);
    for (const tile of tiles) tile.update(app.tally[span], times, span);
    setText(caption, words._(`email-sidebar.mail.${span === 'month' ? 'days' : 'hours'}`));
    table.update(times, span);
  }
}

function spanSwitch({ words }: SidebarRoom, choose: (span: Span) => void) {
  const buttons = spans.map((span) =>
    $('<button type="button" class="red-ui-button red-ui-button-small toggle">')
      .text(words._(`email-sidebar.span.${span}`))
      .on('click', () => choose(span)),
  );
  const label = words._('email-sidebar.span.label');
  return {
    element: $('<span class="button-group" role="group">').attr('aria-label', label).append(buttons),
    update(chosen: Span) {
      for (const [index, button] of buttons.entries()) {
        const isChosen = spans[index] === chosen;
        button.toggleClass('selected', isChosen).attr('aria-pressed', String(isChosen));
      }
    },
  };
}

function tallyTile({ words }: SidebarRoom, name: Shown) {
  const label = words._(`email-sidebar.mail.${name}`);
  const number = $('<span class="email-number">');
  const share = $('<small>');
  const chart = barChart();
  return {
    element: $('<div class="email-tile">')
      .attr('data-of', name)
      .append($('<dt>').text(label), $('<dd>').append($('<div>').append(number, ' ', share), chart.element)),
    update(tally: Tally, times: readonly HourTally[], span: Span) {
      setText(number, tally[name].toLocaleString());
      const isPart = name !== 'sent' && tally.sent > 0;
      setText(share, isPart ? percentText(tally[name] / tally.sent) : '');
      const bars = times.map(({ hour, counts }) => ({
        key: String(hour),
        value: counts[name],
        label: timeLabel(hour, span),
      }));
      const sum = bars.reduce((total, { value }) => total + value, 0).toLocaleString();
      const way = span === 'month' ? 'days-of' : 'hours-of';
      chart.update(bars, words._(`email-sidebar.mail.${way}`, { what: label, sum }));
    },
  };
}

/** For whom a picture says nothing, and for who wants the numbers. */
function tallyTable({ words }: SidebarRoom) {
  const rows = $('<tbody>');
  const heads = shown.map((name) => $('<th scope="col">').text(words._(`email-sidebar.mail.${name}`)));
  const time = $('<th scope="col">').text(words._('email-sidebar.mail.time'));
  let span: Span = 'day';
  const show = keyedList<HourTally>(rows, {
    keyOf: ({ hour }) => String(hour),
    open: () => tallyRow(() => span),
  });
  const frame = $('<div class="email-table" tabindex="0" role="region">')
    .attr('aria-label', words._('email-sidebar.mail.table'))
    .append($('<table>').append($('<thead>').append($('<tr>').append(time, heads)), rows));
  const summary = $('<summary>').text(words._('email-sidebar.mail.table'));
  return {
    element: $('<details class="email-as-table">').append(summary, frame),
    update(times: readonly HourTally[], chosen: Span) {
      span = chosen;
      show([...times].reverse());
    },
  };
}

function tallyRow(span: () => Span) {
  const time = $('<th scope="row">');
  const cells = shown.map((name) => ({ name, cell: $('<td>') }));
  return {
    element: $('<tr>').append(
      time,
      cells.map(({ cell }) => cell),
    ),
    update({ hour, counts }: HourTally) {
      setText(time, timeLabel(hour, span()));
      for (const { name, cell } of cells) setText(cell, counts[name].toLocaleString());
    },
  };
}

/** Days begin in UTC, hours are the same everywhere. */
function timeLabel(at: number, span: Span): string {
  return span === 'month'
    ? new Date(at).toLocaleDateString(undefined, { day: 'numeric', month: 'short', timeZone: 'UTC' })
    : new Date(at).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' });
}
