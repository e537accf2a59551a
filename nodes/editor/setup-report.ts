import type { SetupReport } from '../lib/setup/setup-report.ts';
import { recordRow } from './record-row.ts';
import { clearAnswer, showAnswer } from './show-answer.ts';

/** Shows what SES and DNS say of the domain: in words, as a table, and what else there is to know. */
export function showReport(node: EditorNode, report: SetupReport): void {
  const { records, differences } = report;
  const rows = records.map((record) => recordRow(node, record));
  $('#email-app-records').toggleClass('email-hidden', records.length === 0);
  $('#email-app-records-rows').empty().append(rows);
  $('#email-app-records-advice').empty().append(adviceLines(report));
  $('#email-app-records-change-row').toggleClass('email-hidden', differences.length === 0);
  showHeadline(node, report);
}

export function clearReport(): void {
  clearAnswer($('#email-app-records-answer'));
  $('#email-app-records, #email-app-records-change-row').addClass('email-hidden');
  $('#email-app-records-hint, #email-app-records-advice, #email-app-records-steps').empty();
}

/** True when there is no more to wait for. */
export function isAllFound({ identity, records }: SetupReport): boolean {
  return identity.verified && records.every(({ dns }) => dns.state === 'found');
}

/** What a person wants to know first: may I send? */
function showHeadline(node: EditorNode, { identity, records }: SetupReport): void {
  const place = $('#email-app-records-answer');
  const required = records.filter((record) => record.required);
  const missing = required.filter(({ dns }) => dns.state !== 'found').length;
  const say = (mood: 'good' | 'note' | 'busy', key: string) =>
    showAnswer(place, mood, node._(`email-app.records.${key}`, { missing, count: required.length }));
  $('#email-app-records-hint').text(identity.verified ? '' : (identity.expectation ?? identity.why));
  if (identity.verified) say('good', missing > 0 ? 'verified-but' : 'verified');
  else if (identity.how === 'none') say('note', 'none');
  else if (missing > 0) say('note', 'missing');
  else say('busy', 'found');
}

/** What else there is to know: of the account first, then of the records. */
function adviceLines({ account, advice }: SetupReport): JQuery[] {
  const mark = account?.sandbox || account?.sending === false ? 'fa-exclamation-triangle' : 'fa-info-circle';
  return [
    ...(account?.words ?? []).map((text, index) => adviceLine(index === 0 ? mark : 'fa-info-circle', text)),
    ...advice.map((text) => adviceLine('fa-lightbulb-o', text)),
  ];
}

function adviceLine(icon: string, text: string): JQuery {
  return $('<li>')
    .toggleClass('warning', icon === 'fa-exclamation-triangle')
    .append($('<i aria-hidden="true">').addClass(`fa ${icon}`), $('<span>').text(text));
}
