/** A checked request comes in; the same with its readers' way out, as the app and the class want it, goes out. */
import { EmailError } from '../kernel/errors.ts';
import type { UnsubscribeOffer } from '../mail/mail-content.ts';
import type { AppSettings } from '../settings/app-settings.ts';
import { skipSenderOf } from '../settings/skip-sender.ts';
import { type BodyPart, expandPartials } from '../template/expand-partials.ts';
import { hasUnsubscribeTag } from '../template/unsubscribe-tag.ts';
import type { CheckedRequest, SendRequest } from './send-fields.ts';

type Body = Pick<CheckedRequest, 'html' | 'text'>;

/** Throws EmailError: `unsubscribe-unavailable`, `missing-base-url`, `marketing-needs-link`, `bad-placeholder`. */
export function offerUnsubscribe(request: CheckedRequest, settings: AppSettings): SendRequest {
  const body = bodyWithLink(request, settings);
  const hasLink = hasTag(body.html) || hasTag(body.text);
  if (request.messageClass === 'marketing' && !hasLink) {
    throw new EmailError('marketing-needs-link', { field: 'body' });
  }
  const headers = wantsHeaders(request, settings);
  if (!hasLink && !headers) return { ...request, ...body, unsubscribe: undefined };
  const unsubscribe: UnsubscribeOffer = { ...request.unsubscribe, headers };
  refuseWithoutPage(unsubscribe, settings);
  return { ...request, ...body, unsubscribe };
}

/** A choice made for the message goes before what the app does for its sender. */
function wantsHeaders({ from, unsubscribe: choice }: CheckedRequest, settings: AppSettings): boolean {
  return choice !== undefined || addsHeaders(from.address, settings);
}

/** To every mail of that sender, whatever its class. */
export function addsHeaders(sender: string, { unsubscribe }: AppSettings): boolean {
  return unsubscribe.enabled && unsubscribe.headers && !skipSenderOf(sender, unsubscribe);
}

function refuseWithoutPage({ url }: UnsubscribeOffer, { unsubscribe, baseUrl }: AppSettings): void {
  if (url !== undefined) return;
  if (!unsubscribe.enabled) throw new EmailError('unsubscribe-unavailable', { field: 'body' });
  if (baseUrl === undefined) throw new EmailError('missing-base-url', { field: 'baseUrl' });
}

function hasTag(source: string | undefined): boolean {
  return source !== undefined && hasUnsubscribeTag(source);
}

function bodyWithLink(request: CheckedRequest, settings: AppSettings): Body {
  const { html, text, messageClass } = request;
  const addsFooter = messageClass === 'marketing' && settings.unsubscribe.marketingWithoutLink === 'footer';
  if (!addsFooter) return { html, text };
  const footer = (part: BodyPart): string => footerOf(part, settings);
  if (html === undefined && text === undefined) return { text: footer('text') };
  return {
    html: html === undefined || hasTag(html) ? html : insertHtml(html, footer('html')),
    text: text === undefined || hasTag(text) ? text : `${text.trimEnd()}\n\n${footer('text')}`,
  };
}

const plainFooter: Readonly<Record<BodyPart, string>> = {
  html: '<p><a href="$(unsubscribe)">Unsubscribe</a></p>',
  text: 'Unsubscribe: $(unsubscribe)\n',
};

/** The partial named `footer`; the plain one for a part that it does not have. */
function footerOf(part: BodyPart, { templates }: AppSettings): string {
  const own = templates.find(({ id, partial }) => partial && id === 'footer')?.[part];
  return own ? expandPartials(own, part, templates) : plainFooter[part];
}

/** Before the end of the body, where browsers would put it too. */
function insertHtml(html: string, footer: string): string {
  const end = html.toLowerCase().lastIndexOf('</body');
  return end < 0 ? html + footer : html.slice(0, end) + footer + html.slice(end);
}
