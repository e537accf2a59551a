import { normaliseDomain } from '../lib/settings/normalise-domain.ts';
import { showAnswer } from './show-answer.ts';

/** Takes scheme and capitals off what was typed or pasted, and says so. */
export function normaliseIdentity(node: EditorNode): void {
  const field = $('#node-config-input-identity');
  const notice = $('#email-app-identity-notice');
  field.on('blur', () => {
    const typed = String(field.val()).trim();
    const normal = normalIdentity(typed);
    if (normal === typed || normal === '') return;
    field.val(normal).trigger('change');
    showAnswer(notice, 'note', node._('email-app.identity-changed', { typed, normal }));
  });
  field.on('input', () => notice.empty());
}

function normalIdentity(typed: string): string {
  const mailbox = /^(?:mailto:)?([^\s@:/]+)@([^@]+)$/i.exec(typed);
  if (!mailbox) return /^\$[{(]/.test(typed) ? typed : normaliseDomain(typed);
  return `${mailbox[1]}@${normaliseDomain(mailbox[2] ?? '')}`;
}
