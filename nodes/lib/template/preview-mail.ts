/** From a subject and bodies with placeholders, and sample values, to what a recipient would get. */
import { compileTemplate } from './compile-template.ts';
import { readValues } from './read-values.ts';

export interface MailPreview {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

/** Throws EmailError naming the part at fault: `missing-substitution`, `bad-placeholder`, `wrong-type`. */
export async function previewMail(
  asked: Record<keyof MailPreview | 'values', unknown>,
): Promise<MailPreview> {
  const values = readValues(asked.values ?? {}, 'values');
  const filled = async (kind: keyof MailPreview): Promise<string> => {
    const template = await compileTemplate(String(asked[kind] ?? ''), kind, kind);
    return template.render(values);
  };
  return { subject: await filled('subject'), html: await filled('html'), text: await filled('text') };
}
