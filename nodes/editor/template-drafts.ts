import { isTemplateId } from './field-checks.ts';
import { type TemplateDraft, withPartials } from './unsubscribe-tag.ts';

/** The templates and partials of an open dialog, one of them chosen; the saved ones are left alone. */
export class TemplateDrafts {
  readonly all: TemplateDraft[];
  chosen: TemplateDraft | undefined;

  constructor(saved: unknown) {
    this.all = Array.isArray(saved) ? structuredClone(saved) : [];
    this.chosen = this.all[0];
  }

  /** Adds a copy under an id that is free, and chooses it. */
  add(draft: TemplateDraft): void {
    this.chosen = { ...draft, id: this.#freeId(draft.id) };
    this.all.push(this.chosen);
  }

  /** Removes the chosen one and chooses its neighbour. */
  remove(): void {
    if (!this.chosen) return;
    const index = this.all.indexOf(this.chosen);
    this.all.splice(index, 1);
    this.chosen = this.all[Math.min(index, this.all.length - 1)];
  }

  /** All in which placeholders of the chosen one may stand. */
  wholeText(): string {
    if (!this.chosen) return '';
    const { subject, html, text } = this.chosen;
    return [subject, withPartials(html, 'html', this.all), withPartials(text, 'text', this.all)].join('\n');
  }

  #freeId(wanted: string): string {
    const stem = wanted.replace(/-\d+$/, '');
    let id = stem;
    for (let number = 2; this.all.some((draft) => draft.id === id); number += 1) id = `${stem}-${number}`;
    return id;
  }
}

/** True if the id is valid and no other's. */
export function isGoodDraft({ id }: TemplateDraft, all: readonly TemplateDraft[]): boolean {
  return isTemplateId(id) && all.filter((other) => other.id === id).length === 1;
}

/** As Node-RED checks a node, with templates that may be missing. */
export function haveGoodIds(templates: unknown): boolean {
  return !Array.isArray(templates) || templates.every((draft) => isGoodDraft(draft, templates));
}
