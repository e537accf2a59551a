import { offerProviders } from './oauth-providers.ts';
import { showToken } from './oauth-token.ts';
import { showAnswer } from './show-answer.ts';
import { showWhen } from './show-when.ts';

/** Prepares what is asked for to sign in at an SMTP server with OAuth 2.0. */
export function openOAuthLogin(node: EditorNode, form: JQuery): void {
  showWhen(form, $('#node-config-input-smtpAuth'), 'smtp-auth');
  showWhen(form, $('#node-config-input-oauthGrant'), 'grant');
  offerProviders(node);
  const callback = callbackUrl();
  $('#email-app-callback').val(callback);
  if (!isAccepted(callback))
    showAnswer($('#email-app-callback-answer'), 'note', node._('email-app.note.callback-https'));
  showToken(node, callback);
}

/** Where the provider sends the browser back to: this editor, as it was reached. */
function callbackUrl(): string {
  const { origin, pathname } = window.location;
  return `${origin}${pathname.replace(/[^/]*$/, '')}email-app/oauth/callback`;
}

/** Google and Microsoft take http for this very machine only. */
const isAccepted = (url: string) => /^https:|^http:\/\/(localhost|127\.|\[::1\])/.test(url);
