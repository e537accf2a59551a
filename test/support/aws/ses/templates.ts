// E-mail templates: kept under a name or sent along, with {{name}} replaced as it stands, never escaped.
import type {
  CreateEmailTemplateRequest,
  DeleteEmailTemplateRequest,
  EmailTemplateContent,
  GetEmailTemplateRequest,
  GetEmailTemplateResponse,
  ListEmailTemplatesRequest,
  ListEmailTemplatesResponse,
  Message,
  Template,
  UpdateEmailTemplateRequest,
} from '@aws-sdk/client-sesv2';
import { AwsError } from '../aws-error.ts';
import type { AwsWorld } from '../aws-world.ts';
import { page } from '../page.ts';

export function createEmailTemplate({ ses, now }: AwsWorld, request: CreateEmailTemplateRequest): object {
  const { TemplateName = '', TemplateContent = {} } = request;
  if (ses.templates.has(TemplateName)) {
    throw new AwsError('AlreadyExistsException', `Template ${TemplateName} already exists.`);
  }
  ses.templates.set(TemplateName, { content: checked(TemplateContent), at: now() });
  return {};
}

export function getEmailTemplate(
  world: AwsWorld,
  { TemplateName = '' }: GetEmailTemplateRequest,
): GetEmailTemplateResponse {
  return { TemplateName, TemplateContent: stored(world, TemplateName).content };
}

export function updateEmailTemplate(world: AwsWorld, request: UpdateEmailTemplateRequest): object {
  const { TemplateName = '', TemplateContent = {} } = request;
  stored(world, TemplateName).content = checked(TemplateContent);
  return {};
}

export function deleteEmailTemplate(
  { ses }: AwsWorld,
  { TemplateName = '' }: DeleteEmailTemplateRequest,
): object {
  ses.templates.delete(TemplateName);
  return {};
}

export function listEmailTemplates(
  { ses }: AwsWorld,
  { NextToken, PageSize }: ListEmailTemplatesRequest,
): ListEmailTemplatesResponse {
  const { items, next } = page([...ses.templates], NextToken, PageSize);
  return {
    TemplatesMetadata: items.map(([TemplateName, { at }]) => ({
      TemplateName,
      CreatedTimestamp: new Date(at),
    })),
    NextToken: next,
  };
}

/** The content sent along, or that of the name. */
export function templateOf(
  world: AwsWorld,
  { TemplateContent, TemplateName }: Template,
): EmailTemplateContent {
  return TemplateContent ? checked(TemplateContent) : stored(world, TemplateName ?? '').content;
}

export interface Rendered {
  readonly message: Message;
  /** What the data lack: SES takes such a mail, and tells later by an event that it did not leave. */
  readonly failure?: string;
}

/** `more` goes before `data`. */
export function rendered({ Subject, Text, Html }: EmailTemplateContent, data = '{}', more = '{}'): Rendered {
  const values: unknown = { ...parsed(data), ...parsed(more) };
  const missing: string[] = [];
  const fill = (template: string) => ({
    Data: template.replace(/\{\{\{?\s*([\w.-]+)\s*\}?\}\}/g, (_, path: string) => {
      const value = valueAt(values, path);
      if (value === undefined) missing.push(path);
      return `${value}`;
    }),
  });
  const message = {
    Subject: fill(Subject ?? ''),
    Body: { ...(Text && { Text: fill(Text) }), ...(Html && { Html: fill(Html) }) },
  };
  if (missing.length === 0) return { message };
  return { message, failure: `Attribute '${missing[0]}' is not present in the rendering data.` };
}

function valueAt(values: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown>)?.[key], values);
}

function parsed(data: string): object {
  try {
    return JSON.parse(data);
  } catch {
    throw new AwsError('BadRequestException', 'Invalid template data: it is not JSON.');
  }
}

function checked(content: EmailTemplateContent): EmailTemplateContent {
  const { Subject = '', Text = '', Html = '' } = content;
  if (!Subject) throw new AwsError('BadRequestException', 'Template must have a subject.');
  if (!Text && !Html) throw new AwsError('BadRequestException', 'Template must have a text or an HTML part.');
  if (/\{\{[#/^>]/.test(Subject + Text + Html)) {
    throw new AwsError('BadRequestException', 'The stand-in knows no blocks or partials in templates.');
  }
  return content;
}

function stored({ ses }: AwsWorld, name: string) {
  const template = ses.templates.get(name);
  if (!template) throw new AwsError('NotFoundException', `Template ${name} does not exist.`, 404);
  return template;
}
