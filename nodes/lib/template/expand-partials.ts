/** A body with `{{> name}}` in it comes in; the same body with the app's partials in their places goes out. */
import { EmailError } from '../kernel/errors.ts';
import type { AppTemplate } from '../settings/app-settings.ts';

export type BodyPart = 'html' | 'text';

/** A partial used twice by each of twenty others, one in the next, would fill the memory. */
const mostInclusions = 1000;
const longestBody = 5_000_000;

/**
 * A partial gives its HTML to HTML and its text to text, and may include others, itself not. Throws EmailError
 * `bad-placeholder`.
 */
export function expandPartials(
  source: string,
  part: BodyPart,
  templates: readonly AppTemplate[],
  field: string = part,
): string {
  let inclusions = 0;
  let length = source.length;
  const refuse = (id: string, why: string): never => {
    throw new EmailError('bad-placeholder', { field, detail: { value: `> ${id}`, why } });
  };
  const expand = (text: string, open: readonly string[]): string =>
    text.replace(/\{\{\s*>\s*([a-z0-9_-]{1,64})\s*\}\}/g, (_all, id: string) => {
      const partial = templates.find((one) => one.partial && one.id === id);
      if (!partial) return refuse(id, 'the email app has no partial of this name');
      if (open.includes(id)) return refuse(id, 'it includes itself');
      if (partial[part] === '') return refuse(id, `this partial has no ${part}`);
      inclusions += 1;
      length += partial[part].length;
      if (inclusions > mostInclusions || length > longestBody)
        return refuse(id, 'the body would be too large');
      return expand(partial[part], [...open, id]);
    });
  return expand(source, []);
}
