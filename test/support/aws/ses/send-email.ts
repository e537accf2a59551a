// SendEmail: raw, simple and templated content become one raw mail.
import type { Destination, MessageTag, SendEmailRequest, SendEmailResponse } from '@aws-sdk/client-sesv2';
import { AwsError } from '../aws-error.ts';
import type { AwsWorld } from '../aws-world.ts';
import { acceptMail, type Submission } from './accept-mail.ts';
import { addressesIn, bareAddresses, composed, headerOf, readMail } from './mail.ts';
import { rendered, templateOf } from './templates.ts';

export function sendEmail(world: AwsWorld, request: SendEmailRequest): SendEmailResponse {
  const raw = request.Content?.Raw?.Data;
  const mail = raw ? rawMail(request, Buffer.from(`${raw}`, 'base64')) : composedMail(world, request);
  return { MessageId: acceptMail(world, mail).messageId };
}

/** The envelope is the request's, else the headers'; X-SES headers stand in for what the request leaves out. */
function rawMail(request: SendEmailRequest, raw: Buffer): Submission {
  const mail = readMail(raw);
  const given = addressesOf(request.Destination);
  const inHeaders = ['to', 'cc', 'bcc'].flatMap((name) => addressesIn(mail, name));
  return {
    action: 'SendEmail',
    from: bareAddresses(request.FromEmailAddress ?? headerOf(mail, 'from') ?? '')[0] ?? '',
    destinations: given.length > 0 ? given : inHeaders,
    raw,
    tags: request.EmailTags ? tagsOf(request.EmailTags) : tagsInHeader(headerOf(mail, 'x-ses-message-tags')),
    tracking: request.ConfigurationOverrides?.Tracking,
    configurationSet: request.ConfigurationSetName ?? headerOf(mail, 'x-ses-configuration-set'),
  };
}

function composedMail(world: AwsWorld, request: SendEmailRequest): Submission {
  const { Simple, Template } = request.Content ?? {};
  if (Simple?.Attachments || Template?.Attachments) {
    throw new AwsError('BadRequestException', 'The stand-in takes attachments in raw content only.');
  }
  const { message, failure } = Template
    ? rendered(templateOf(world, Template), Template.TemplateData)
    : { message: Simple, failure: undefined };
  if (!message) throw new AwsError('BadRequestException', 'Content is missing.');
  const from = request.FromEmailAddress ?? '';
  return {
    action: 'SendEmail',
    from: bareAddresses(from)[0] ?? '',
    destinations: addressesOf(request.Destination),
    raw: composed({
      from,
      to: request.Destination?.ToAddresses ?? [],
      cc: request.Destination?.CcAddresses ?? [],
      replyTo: request.ReplyToAddresses ?? [],
      headers: (Simple ?? Template)?.Headers ?? [],
      message,
    }),
    tags: tagsOf(request.EmailTags ?? []),
    tracking: request.ConfigurationOverrides?.Tracking,
    configurationSet: request.ConfigurationSetName,
    failure: failure ? { errorMessage: failure, templateName: Template?.TemplateName } : undefined,
  };
}

export function addressesOf(destination: Destination = {}): string[] {
  const { ToAddresses = [], CcAddresses = [], BccAddresses = [] } = destination;
  return [...ToAddresses, ...CcAddresses, ...BccAddresses].map((given) => bareAddresses(given)[0] ?? given);
}

export function tagsOf(tags: readonly MessageTag[]): Record<string, string> {
  return Object.fromEntries(tags.map(({ Name = '', Value = '' }) => [checkedTag(Name), checkedTag(Value)]));
}

function checkedTag(text: string): string {
  if (/^[A-Za-z0-9_.@-]{1,256}$/.test(text)) return text;
  throw new AwsError(
    'BadRequestException',
    `Invalid tag <${text}>: only alphanumeric ASCII characters, '_', '-', '.' and '@' are allowed.`,
  );
}

/** `name=value, name=value` */
function tagsInHeader(value = ''): Record<string, string> {
  return Object.fromEntries(
    [...value.matchAll(/([\w-]+)=([\w-]+)/g)].map(([, name, given]) => [name, given]),
  );
}
