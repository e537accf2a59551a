import type { SetupReport } from '../lib/setup/setup-report.ts';
import { copyButton } from './copy-buttons.ts';

type RecordState = SetupReport['records'][number];

const looks: Record<RecordState['dns']['state'], { icon: string; mood: string }> = {
  found: { icon: 'fa-check', mood: 'good' },
  missing: { icon: 'fa-clock-o', mood: '' },
  wrong: { icon: 'fa-times', mood: 'bad' },
  conflict: { icon: 'fa-times', mood: 'bad' },
  unknown: { icon: 'fa-question', mood: '' },
};

const providerIcons: Record<string, { icon: string; mood: string }> = {
  SUCCESS: { icon: 'fa-check', mood: 'good' },
  FAILED: { icon: 'fa-times', mood: 'bad' },
  TEMPORARY_FAILURE: { icon: 'fa-times', mood: 'bad' },
};

/** One row of the table: what to type in at the DNS provider, and what DNS and Amazon SES say of it. */
export function recordRow(node: EditorNode, record: RecordState): JQuery {
  const { purpose, type, name, value, priority, required, dns, provider } = record;
  const kind = $('<td>').append(
    $('<span class="email-record-type">').text(type),
    $('<span class="email-note">').text(node._(`email-app.record.${purpose}`)),
  );
  // Most DNS panels have a field of its own for it.
  if (priority !== undefined)
    kind.append($('<span class="email-note">').text(node._('email-app.records.priority', { priority })));
  const data = $('<td>').append(
    line(node, node._('email-app.records.name'), name),
    line(node, node._('email-app.records.value'), value),
  );
  if (dns.state !== 'found') data.append($('<div class="email-note">').text(reason(node, dns)));
  const states = $('<td>').append(
    state(node._('email-app.records.dns'), looks[dns.state], node._(`email-app.dns.${dns.state}`)),
  );
  if (provider) {
    const look = providerIcons[provider.state] ?? { icon: 'fa-clock-o', mood: '' };
    states.append(state('SES', look, node._(`email-app.ses-state.${provider.state}`), provider.why));
  }
  if (!required) states.append($('<div class="email-note">').text(node._('email-app.records.advised')));
  return $('<tr>').append(kind, data, states);
}

function line(node: EditorNode, label: string, text: string): JQuery {
  return $('<div class="email-record-line">').append(codeOf(text), copyButton(node, label, text));
}

/** Broken at its dots first: a name is read by its labels. */
function codeOf(text: string): JQuery {
  const code = $('<code>');
  for (const label of text.split(/(?<=\.)/)) code.append(document.createTextNode(label), '<wbr>');
  return code;
}

function reason(node: EditorNode, { why, found }: RecordState['dns']): string {
  const shown = found.filter((text) => !why.includes(text));
  return shown.length === 0
    ? why
    : `${why} ${node._('email-app.records.stands', { found: shown.join(' · ') })}`;
}

function state(of: string, { icon, mood }: { icon: string; mood: string }, word: string, why = ''): JQuery {
  return $('<div class="email-record-state">')
    .addClass(mood)
    .attr('title', why)
    .append($('<i aria-hidden="true">').addClass(`fa ${icon}`), $('<span>').text(`${of}: ${word}`));
}
