/** Copies of one mail come in, the request that lets SES fill them in goes out. Pure. */
import { createHash } from 'node:crypto';
import { formatMailboxes } from '../mail/header-line.ts';
import type { HeaderField } from '../mail/mail-content.ts';
import type { Mailbox } from '../mail/mailbox.ts';
import type { SharedMail, SharedText } from '../mail/shared-mail.ts';
import type { SesRoute } from '../settings/app-settings.ts';
import { feedbackOf, overridesOf, tagsOf } from './ses-request.ts';
import type { SharedCopy } from './transport.ts';

const keys = new WeakMap<SharedMail, string>();

/** The same for copies that can leave together. */
export function bulkKey({ shared, envelope, tracking }: SharedCopy): string {
  const key = keys.get(shared) ?? createHash('sha256').update(JSON.stringify(shared)).digest('base64');
  keys.set(shared, key);
  return `${key} ${tracking?.opens} ${tracking?.clicks} ${envelope.from}`;
}

/** The copies have one `bulkKey`. */
export function bulkRequest(copies: readonly SharedCopy[], { configurationSet }: SesRoute) {
  const [{ shared, envelope, tracking }] = copies as readonly [SharedCopy];
  const { from, replyTo, headers } = shared;
  const { content, literals } = templateOf(shared);
  return {
    FromEmailAddress: addressOf(from),
    FeedbackForwardingEmailAddress: feedbackOf(envelope, from.address),
    ReplyToAddresses: replyTo.length > 0 ? replyTo.map(addressOf) : undefined,
    ConfigurationSetName: configurationSet,
    ConfigurationOverrides: overridesOf(tracking, configurationSet !== undefined),
    DefaultContent: {
      Template: { TemplateContent: content, TemplateData: '{}', Headers: headerList(headers) },
    },
    BulkEmailEntries: copies.map(({ own, key }) => ({
      Destination: { ToAddresses: [addressOf(own.to)] },
      ReplacementTags: tagsOf(key),
      ReplacementHeaders: headerList(own.headers),
      ReplacementEmailContent: {
        ReplacementTemplate: {
          // all of them: whether SES would add what the copies share is not said
          ReplacementTemplateData: JSON.stringify({ ...byName('t', literals), ...byName('v', own.fills) }),
        },
      },
    })),
  };
}

/** The whole of what SES takes for an address, name included. */
const longestAddress = 320;

function addressOf(mailbox: Mailbox): string {
  const named = formatMailboxes([mailbox]);
  return named.length <= longestAddress ? named : mailbox.address;
}

function headerList(headers: readonly HeaderField[]) {
  return headers.length > 0 ? headers.map(({ name, value }) => ({ Name: name, Value: value })) : undefined;
}

function byName(letter: string, texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(texts.map((text, index) => [`${letter}${index}`, text]));
}

/**
 * SES fills in `{{name}}` as Handlebars does, without escaping. What Handlebars could read differently beside a name,
 * at the edges of a literal text, becomes a value, the same for all copies.
 */
function templateOf({ subject, text, html }: SharedMail) {
  const literals: string[] = [];
  const asValue = (text: string): string => text && `{{t${literals.push(text) - 1}}}`;
  const write = (parts: SharedText): string =>
    parts
      .map((part) => {
        if (typeof part === 'number') return `{{v${part}}}`;
        const { before, between, after } = edgesOf(part);
        return asValue(before) + between + asValue(after);
      })
      .join('');
  const content = { Subject: write(subject), Text: text && write(text), Html: html && write(html) };
  return { content, literals };
}

function edgesOf(literal: string) {
  let [start, end] = [0, literal.length];
  while (literal[start] === '}') start += 1;
  while (end > start && '{\\'.includes(literal.charAt(end - 1))) end -= 1;
  return { before: literal.slice(0, start), between: literal.slice(start, end), after: literal.slice(end) };
}
