import { createHash } from 'node:crypto';
import type { Response } from 'express';
import { escapeHtml } from '../lib/unsubscribe/page-frame.ts';

/** Tells the dialog that there is something to ask for, and no more; closes the window where all went well. */
const tell = `new BroadcastChannel('email-app').postMessage('done')`;
const scripts = { good: `${tell};window.close()`, bad: tell };

const style =
  ':root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}body{max-width:32em;margin:15vh auto;padding:0 1.5em}h1{font-size:1.3em}';

export type SignInAnswer = { readonly ok: true } | { readonly ok: false; readonly text: string };

/** The page at the end of a sign-in: nothing of the request is in it, nothing is loaded, nothing is kept. */
export function signInPage(response: Response, answer: SignInAnswer): void {
  const script = answer.ok ? scripts.good : scripts.bad;
  response
    .status(answer.ok ? 200 : 400)
    .set({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': `default-src 'none'; style-src ${hash(style)}; script-src ${hash(script)}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    })
    .end(
      `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${answer.ok ? 'Signed in' : 'Not signed in'}</title><style>${style}</style>${wordsOf(answer)}<script>${script}</script></html>`,
    );
}

/** What the provider said may be in the text. */
function wordsOf(answer: SignInAnswer): string {
  if (answer.ok) return '<h1>Signed in</h1><p>You can close this window and go on in Node-RED.</p>';
  return `<h1>Not signed in</h1><p>${escapeHtml(answer.text)}</p><p>Close this window and try again in Node-RED.</p>`;
}

function hash(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
