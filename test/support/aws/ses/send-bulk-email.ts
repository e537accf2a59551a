// SendBulkEmail: one template, up to 50 entries, and a result for each.
import type {
  BulkEmailEntry,
  BulkEmailEntryResult,
  BulkEmailStatus,
  MessageHeader,
  SendBulkEmailRequest,
  SendBulkEmailResponse,
} from '@aws-sdk/client-sesv2';
import { AwsError } from '../aws-error.ts';
import type { AwsWorld } from '../aws-world.ts';
import { acceptMail } from './accept-mail.ts';
import { bareAddresses, composed } from './mail.ts';
import { addressesOf, tagsOf } from './send-email.ts';
import { rendered, templateOf } from './templates.ts';

const mostEntries = 50;

export function sendBulkEmail(world: AwsWorld, request: SendBulkEmailRequest): SendBulkEmailResponse {
  const { BulkEmailEntries = [], DefaultContent } = request;
  if (!DefaultContent?.Template) throw new AwsError('BadRequestException', 'Template content is missing.');
  if (DefaultContent.Template.Attachments) {
    throw new AwsError('BadRequestException', 'The stand-in takes attachments in raw content only.');
  }
  if (BulkEmailEntries.length < 1 || BulkEmailEntries.length > mostEntries) {
    throw new AwsError(
      'BadRequestException',
      `Entries must be 1 to ${mostEntries}: ${BulkEmailEntries.length}.`,
    );
  }
  templateOf(world, DefaultContent.Template);
  return { BulkEmailEntryResults: BulkEmailEntries.map((entry) => resultOf(world, request, entry)) };
}

function resultOf(
  world: AwsWorld,
  request: SendBulkEmailRequest,
  entry: BulkEmailEntry,
): BulkEmailEntryResult {
  try {
    return { Status: 'SUCCESS', MessageId: sendEntry(world, request, entry) };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { Status: statusOf(error), Error: error.message };
  }
}

function sendEntry(world: AwsWorld, request: SendBulkEmailRequest, entry: BulkEmailEntry): string {
  const template = request.DefaultContent?.Template ?? {};
  const more = entry.ReplacementEmailContent?.ReplacementTemplate?.ReplacementTemplateData;
  const { message, failure } = rendered(templateOf(world, template), template.TemplateData, more);
  const from = request.FromEmailAddress ?? '';
  const mail = acceptMail(world, {
    action: 'SendBulkEmail',
    from: bareAddresses(from)[0] ?? '',
    destinations: addressesOf(entry.Destination),
    raw: composed({
      from,
      to: entry.Destination?.ToAddresses ?? [],
      cc: entry.Destination?.CcAddresses ?? [],
      replyTo: request.ReplyToAddresses ?? [],
      headers: headersOf(template.Headers, entry.ReplacementHeaders),
      message,
    }),
    tags: tagsOf([...(request.DefaultEmailTags ?? []), ...(entry.ReplacementTags ?? [])]),
    tracking: request.ConfigurationOverrides?.Tracking,
    configurationSet: request.ConfigurationSetName,
    failure: failure ? { errorMessage: failure, templateName: template.TemplateName } : undefined,
  });
  return mail.messageId;
}

/** An entry's own header takes the place of the template's of that name. */
function headersOf(
  usual: readonly MessageHeader[] = [],
  own: readonly MessageHeader[] = [],
): MessageHeader[] {
  const named = new Set(own.map(({ Name }) => Name?.toLowerCase()));
  return [...usual.filter(({ Name }) => !named.has(Name?.toLowerCase())), ...own];
}

const statuses: Readonly<Record<string, BulkEmailStatus>> = {
  MessageRejected: 'MESSAGE_REJECTED',
  MailFromDomainNotVerifiedException: 'MAIL_FROM_DOMAIN_NOT_VERIFIED',
  NotFoundException: 'CONFIGURATION_SET_NOT_FOUND',
  AccountSuspendedException: 'ACCOUNT_SUSPENDED',
  BadRequestException: 'INVALID_PARAMETER',
};

function statusOf({ code, message }: AwsError): BulkEmailStatus {
  if (code === 'TooManyRequestsException') {
    return message.startsWith('Daily') ? 'ACCOUNT_DAILY_QUOTA_EXCEEDED' : 'ACCOUNT_THROTTLED';
  }
  if (code === 'SendingPausedException') {
    return message.includes('configuration set')
      ? 'CONFIGURATION_SET_SENDING_PAUSED'
      : 'ACCOUNT_SENDING_PAUSED';
  }
  return statuses[code] ?? 'FAILED';
}
