/** From a subject and bodies with placeholders, and sample values, to what a recipient would get. */

import { readTemplates } from '../settings/read-templates.ts';
import { compileTemplate } from './compile-template.ts';
import { expandPartials } from './expand-partials.ts';
import { readValues } from './read-values.ts';
import { unsubscribeValues } from './unsubscribe-tag.ts';

export interface MailPreview {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

/** No recipient's: a preview is for nobody. */
const sampleLink = 'https://example.com/unsubscribe';

/** `partials`: templates as the editor keeps them. Throws EmailError naming the part at fault: `missing-substitution`, `bad-placeholder`, `wrong-type`, `bad-settings`. */
export async function previewMail(
  asked: Partial<Record<keyof MailPreview | 'values' | 'partials', unknown>>,
): Promise<MailPreview> {
  const given = readValues(asked.values ?? {}, 'values');
  const values = { ...given, ...unsubscribeValues(sampleLink) };
  const partials = readTemplates({ templates: asked.partials });
  const filled = async (kind: keyof MailPreview): Promise<string> => {
    const source = String(asked[kind] ?? '');
    const whole = kind === 'subject' ? source : expandPartials(source, kind, partials);
    const template = await compileTemplate(whole, kind, kind);
    return template.render(values);
  };
  return { subject: await filled('subject'), html: await filled('html'), text: await filled('text') };
}
