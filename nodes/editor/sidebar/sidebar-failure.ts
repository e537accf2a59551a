import { isAdminRefusal } from '../call-admin.ts';
import type { Words } from './sidebar-view.ts';

type Scope = 'read' | 'write' | 'decrypt';

/** The sentence for a call that failed; `scope` is the permission that it asks for. */
export function sidebarFailure(words: Words, error: unknown, scope?: Scope): string {
  if (!isAdminRefusal(error)) return String(error);
  const { status, text } = error;
  if (isForbidden(error)) {
    const permission = scope ? `email-app.${scope}` : 'email-app.write, email-app.decrypt';
    return words._('email-sidebar.permission', { permission });
  }
  if (text) return text;
  if (status === 0) return words._('email-sidebar.failure.no-server');
  if (status === 404) return words._('email-sidebar.failure.not-deployed');
  return words._('email-sidebar.failure.unexpected', { status });
}

export function isForbidden(error: unknown): boolean {
  return isAdminRefusal(error) && (error.status === 401 || error.status === 403);
}
