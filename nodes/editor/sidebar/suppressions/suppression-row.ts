import { timeText } from '../../time-text.ts';
import type { Words } from '../sidebar-view.ts';
import type { HistoryLine, ListedSuppression } from './suppression-room.ts';

/** Whom an entry holds, from what, since when and why. */
export function suppressionRow(words: Words, entry: ListedSuppression): JQuery {
  const { address, erased } = entry;
  const name = erased ? words._('email-sidebar.suppressions.erased') : address;
  return $('<li>').append(
    $('<b class="email-address">').text(name),
    $('<p>').text(entrySentence(words, entry)),
    ...(entry.detail ? [$('<p class="email-why">').text(entry.detail)] : []),
  );
}

function entrySentence(words: Words, { listTopic, cause, method, at, expiresAt }: ListedSuppression): string {
  const word = (key: string, values = {}) => words._(`email-sidebar.suppressions.${key}`, values);
  return [
    listTopic ? word('topic', { topic: listTopic }) : word('whole-app'),
    word('since', {
      cause: words._(`email-sidebar.suppressions.cause.${cause}`),
      method: words._(`email-sidebar.suppressions.method.${method}`),
      time: timeText(at),
    }),
    expiresAt && word('until', { time: timeText(expiresAt) }),
  ]
    .filter(Boolean)
    .join(' ');
}

/** What happened to an address, one line for each. */
export function historyRow(words: Words, line: HistoryLine): JQuery {
  const { at, action, listTopic, cause, method, detail } = line;
  const word = (key: string, values = {}) => words._(`email-sidebar.suppressions.${key}`, values);
  const facts = [
    words._(`email-sidebar.suppressions.action.${action}`),
    cause && words._(`email-sidebar.suppressions.cause.${cause}`),
    words._(`email-sidebar.suppressions.method.${method}`),
    listTopic && word('topic', { topic: listTopic }),
  ];
  return $('<li>').append(
    $('<small>').text(timeText(at)),
    $('<p>').text(facts.filter(Boolean).join(' · ')),
    ...(detail ? [$('<p class="email-why">').text(detail)] : []),
  );
}
