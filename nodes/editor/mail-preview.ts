/**
 * Shows a mail's HTML without letting it do anything: no scripts, no forms, no pop-ups, no network.
 * The frame is sandboxed, its first element is a policy, and what could fetch or redirect despite both is taken out.
 */
export function showMail(frame: JQuery<HTMLIFrameElement>, html: string): void {
  frame.attr({ sandbox: '', referrerpolicy: 'no-referrer', srcdoc: safeDocument(html) });
}

const policy =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/** A mail is written for a light page; system colours keep it readable in a dark editor. */
const page = ':root{color-scheme:light;background:Canvas;color:CanvasText;font-family:sans-serif}';

function safeDocument(html: string): string {
  const mail = new DOMParser().parseFromString(html, 'text/html');
  for (const element of mail.querySelectorAll('script, link, meta, base, iframe, object, embed'))
    element.remove();
  // Without an address a link can be read but not followed, so the frame never navigates.
  for (const link of mail.querySelectorAll('a, area, form')) {
    link.setAttribute('title', link.getAttribute('href') ?? '');
    for (const name of ['href', 'xlink:href', 'action']) link.removeAttribute(name);
  }
  const head = `<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><style>${page}</style>`;
  return `<!doctype html>${head}${mail.documentElement.outerHTML}`;
}
