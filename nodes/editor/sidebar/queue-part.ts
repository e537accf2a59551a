import type { QueueOverview } from '../../lib/overview/app-overview.ts';
import { timeText } from '../time-text.ts';
import type { Part } from './part.ts';
import { openSection } from './section.ts';
import { setText } from './set-text.ts';
import type { SidebarRoom } from './sidebar-view.ts';

const counts = ['waiting', 'scheduled', 'sending', 'unknown'] as const;
/** The states of the mails behind each number. */
const statesOf = { waiting: ['queued'], scheduled: ['queued'], sending: ['sending'], unknown: ['unknown'] };

/** How many mails stand where, how fast they may go, and when the next one does. */
export function queuePart(room: SidebarRoom): Part {
  const { words } = room;
  const section = openSection(words._('email-sidebar.section.queue'));
  const numbers = counts.map((name) => {
    const number = $('<a href="#" role="button">').on('click', (event) => {
      event.preventDefault();
      room.go('messages', { states: statesOf[name] });
    });
    const label = words._(`email-sidebar.queue.${name}`);
    return {
      element: $('<div>').append($('<dt>').text(label), $('<dd>').append(number)),
      update(queue: QueueOverview) {
        const text = queue[name].toLocaleString();
        setText(number, text);
        number.attr({ 'aria-label': words._('email-sidebar.queue.show', { count: text, what: label }) });
      },
    };
  });
  const pace = $('<p>');
  section.body.append($('<dl class="email-numbers">').append(numbers.map(({ element }) => element)), pace);
  return {
    element: section.element,
    update({ queue }) {
      for (const number of numbers) number.update(queue);
      setText(pace, paceSentence(room, queue));
    },
  };
}

function paceSentence({ words }: SidebarRoom, queue: QueueOverview): string {
  const { rate, nextAttemptAt, oldestDueAt, waiting, paused } = queue;
  const word = (key: string, values = {}) => words._(`email-sidebar.queue.${key}`, values);
  return [
    paused ? word('paused') : word('rate', { rate: rate.toLocaleString() }),
    !paused && nextAttemptAt && nextAttemptAt > Date.now() && word('next', { time: timeText(nextAttemptAt) }),
    waiting > 0 && oldestDueAt && word('oldest', { time: timeText(oldestDueAt) }),
  ]
    .filter(Boolean)
    .join(' ');
}
