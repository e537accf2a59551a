import { isAdminRefusal } from './call-admin.ts';

type Mood = 'busy' | 'good' | 'bad' | 'note';

const icons: Record<Mood, string> = {
  busy: 'fa-circle-o-notch fa-spin',
  good: 'fa-check-circle',
  bad: 'fa-exclamation-circle',
  note: 'fa-info-circle',
};

/** Shows one sentence in place; the element is a live region, so that it is also read out. */
export function showAnswer(place: JQuery, mood: Mood, text: string): void {
  place.attr({ role: 'status', 'aria-live': 'polite' }).removeClass('busy good bad note').addClass(mood);
  const icon = $('<i aria-hidden="true">').addClass(`fa ${icons[mood]}`);
  place.empty().append(icon, $('<span>').text(text));
}

export function clearAnswer(place: JQuery): void {
  place.removeClass('busy good bad note').empty();
}

/** The sentence for a call that failed. */
export function failureText(node: EditorNode, error: unknown): string {
  if (!isAdminRefusal(error)) return String(error);
  if (error.code === 'missing-app') return node._(`${node.type}.failure.not-deployed`);
  if (error.text) return error.text;
  const known: Record<number, string> = {
    0: 'no-server',
    401: 'not-allowed',
    403: 'not-allowed',
    404: 'not-deployed',
  };
  return node._(`${node.type}.failure.${known[error.status] ?? 'unexpected'}`, { status: error.status });
}
