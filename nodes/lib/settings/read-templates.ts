/** The templates tab as the editor saves it comes in; named templates and partials go out. */
import type { AppTemplate } from './app-settings.ts';
import {
  badSetting,
  type RawSettings,
  readRows,
  readSwitch,
  readText,
  requireText,
} from './setting-readers.ts';

/** What they hold is compiled when the app opens. Throws EmailError `bad-settings`. */
export function readTemplates(config: RawSettings): AppTemplate[] {
  const templates = readRows(config, 'templates', readTemplate);
  if (new Set(templates.map(({ id }) => id)).size === templates.length) return templates;
  throw badSetting('templates', 'two of them have the same name');
}

function readTemplate(row: RawSettings): AppTemplate {
  const id = requireText(row, 'id');
  if (!/^[a-z0-9_-]{1,64}$/.test(id)) {
    throw badSetting('id', 'it has 1 to 64 lower-case letters, digits, underscores and hyphens');
  }
  return {
    id,
    partial: readSwitch(row, 'partial', false),
    subject: readText(row, 'subject') ?? '',
    html: readBody(row, 'html'),
    text: readBody(row, 'text'),
  };
}

function readBody(row: RawSettings, field: string): string {
  const body = Object.hasOwn(row, field) ? row[field] : undefined;
  if (body === undefined || body === null) return '';
  if (typeof body !== 'string') throw badSetting(field, 'it must be text');
  return body.trim() === '' ? '' : body;
}
