import type { DnsTick } from '../../lib/overview/app-overview.ts';
import { keyedList } from './keyed-list.ts';
import type { Part } from './part.ts';
import { openSection } from './section.ts';
import { setText } from './set-text.ts';
import type { SidebarRoom } from './sidebar-view.ts';

const looks: Record<DnsTick['state'], { icon: string; level: string }> = {
  ok: { icon: 'check', level: 'good' },
  missing: { icon: 'times', level: 'bad' },
  wrong: { icon: 'times', level: 'bad' },
  unknown: { icon: 'question', level: '' },
};

/** Whether the records of the domain stand as they should. */
export function dnsPart(room: SidebarRoom): Part {
  const { words } = room;
  const section = openSection(words._('email-sidebar.section.dns'));
  const list = $('<ul class="email-lines">').appendTo(section.body);
  const show = keyedList<DnsTick>(list, { keyOf: ({ name }) => name, open: () => dnsRow(room) });
  return {
    element: section.element,
    update({ dns }) {
      section.toggle(dns.length > 0);
      show(dns);
    },
  };
}

function dnsRow({ words }: SidebarRoom) {
  const icon = $('<i aria-hidden="true">');
  const name = $('<b>');
  const state = $('<span>');
  const text = $('<span class="email-why">');
  const element = $('<li>').append(icon, $('<span>').append(name, ' ', state, ' ', text));
  return {
    element,
    update(tick: DnsTick) {
      const { icon: sign, level } = looks[tick.state];
      element.attr('data-level', level);
      icon.attr('class', `fa fa-${sign}`);
      setText(name, words._(`email-sidebar.dns.${tick.name}`));
      setText(state, words._(`email-sidebar.dns.is-${tick.state}`));
      setText(text, tick.text ?? '');
    },
  };
}
