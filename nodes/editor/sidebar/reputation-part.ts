import { type AppOverview, type HealthLevel, thresholds } from '../../lib/overview/app-overview.ts';
import { healthLight } from './health-light.ts';
import type { Part } from './part.ts';
import { percentText } from './percent-text.ts';
import { openSection } from './section.ts';
import { setText } from './set-text.ts';
import type { SidebarRoom } from './sidebar-view.ts';

type Kind = 'bounces' | 'complaints';

interface Mark {
  readonly judge: 'gmail' | 'ses';
  readonly warn: number;
  readonly bad: number;
}

const marksOf: Record<Kind, readonly Mark[]> = {
  bounces: [{ judge: 'ses', ...thresholds.ses.bounces }],
  complaints: [
    { judge: 'gmail', ...thresholds.gmail.complaints },
    { judge: 'ses', ...thresholds.ses.complaints },
  ],
};

/** The shares of bounces and complaints, against the marks of who judges them. */
export function reputationPart(room: SidebarRoom): Part {
  const { words } = room;
  const section = openSection(words._('email-sidebar.section.reputation'));
  const none = $('<p>');
  const bars = (['bounces', 'complaints'] as const).map((kind) => markedBar(room, kind));
  section.body.append(
    none,
    bars.map(({ element }) => element),
  );
  return {
    element: section.element,
    update({ reputation }) {
      const { mails, hours } = reputation;
      const key = mails === 0 ? 'none' : 'among';
      setText(none, words._(`email-sidebar.reputation.${key}`, { mails: mails.toLocaleString(), hours }));
      for (const bar of bars) bar.update(reputation);
    },
  };
}

function markedBar({ words }: SidebarRoom, kind: Kind) {
  const marks = marksOf[kind];
  const whole = Math.max(...marks.map(({ bad }) => bad)) * 1.2;
  const label = words._(`email-sidebar.reputation.${kind}`);
  const light = healthLight(words);
  const share = $('<span class="email-number">');
  const fill = $('<b>');
  const meter = $('<div class="email-meter" role="meter">')
    .attr({ 'aria-label': label, 'aria-valuemin': 0, 'aria-valuemax': whole * 100 })
    .append(
      fill,
      marks.flatMap(({ warn, bad }) => [tick(warn / whole, 'warning'), tick(bad / whole, 'bad')]),
    );
  const explained = marks.map(({ judge, warn, bad }) =>
    $('<li>').text(
      words._(`email-sidebar.reputation.${judge}-${kind}`, {
        warn: percentText(warn),
        bad: percentText(bad),
      }),
    ),
  );
  const line = $('<div class="email-head-line">').append($('<h4>').text(label), share, light.element);
  return {
    element: $('<div class="email-reputation">').append(line, meter, $('<ul>').append(explained)),
    update({ mails, [kind]: value }: AppOverview['reputation']) {
      const level = levelAt(value, marks);
      $(line.parent()).toggleClass('email-hidden', mails === 0);
      light.update(level);
      setText(share, percentText(value));
      fill.css('width', `${Math.min(100, (100 * value) / whole)}%`).attr('data-level', level);
      const valueText = `${percentText(value)}, ${words._(`email-sidebar.level.${level}`)}`;
      meter.attr({ 'aria-valuenow': Math.min(value, whole) * 100, 'aria-valuetext': valueText });
    },
  };
}

function tick(place: number, level: HealthLevel): JQuery {
  return $('<i>')
    .attr('data-level', level)
    .css('left', `${place * 100}%`);
}

function levelAt(value: number, marks: readonly Mark[]): HealthLevel {
  if (marks.some(({ bad }) => value >= bad)) return 'bad';
  return marks.some(({ warn }) => value >= warn) ? 'warning' : 'good';
}
