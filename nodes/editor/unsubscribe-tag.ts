/** A template or partial as the dialog keeps it. */
export interface TemplateDraft {
  id: string;
  partial: boolean;
  subject: string;
  html: string;
  text: string;
}

/** As in lib/template/unsubscribe-tag.ts, whose file would bring the whole of the templates into the editor. */
const tag = /\$\(unsubscribe(?:_url)?\)|\{\{\s*unsubscribe(?:_url)?\s*\}\}/;

/** True if a part of the template, or of the partials it uses, holds a link to unsubscribe; as a mail is judged. */
export function hasUnsubscribeTag(template: TemplateDraft, all: readonly TemplateDraft[]): boolean {
  return (['html', 'text'] as const).some((part) => tag.test(withPartials(template[part], part, all)));
}

/** Every text of a template together with what it includes; a partial that includes itself is read once. */
export function withPartials(text: string, part: 'html' | 'text', all: readonly TemplateDraft[]): string {
  const read = new Set<string>();
  const pending = [text];
  let whole = '';
  for (const piece of pending) {
    whole += `${piece}\n`;
    for (const [, id] of piece.matchAll(/\{\{\s*>\s*([\w-]+)\s*\}\}/g)) {
      if (!id || read.has(id)) continue;
      read.add(id);
      const partial = all.find((draft) => draft.partial && draft.id === id);
      if (partial) pending.push(partial[part]);
    }
  }
  return whole;
}
