/** The JSON Schema of a dialog comes in as text; a check of what is about to be posted goes out. */
import { EmailError } from '../../kernel/errors.ts';
import { parseJson } from '../../kernel/parse-json.ts';
import { isPlainRecord } from '../../kernel/plain-record.ts';
import { linearPattern } from '../../rule/linear-pattern.ts';
import { foreignSchemaReader } from '../../schema/schema-reader.ts';
import { asSetting, badSetting } from '../../settings/setting-readers.ts';

/** Takes the finished JSON text. Throws EmailError `bad-webhook` with the path of what does not fit. */
export type BodyCheck = (body: string) => void;

const field = 'schema';

/** Without a schema everything fits. Throws EmailError `bad-settings`. */
export function bodyCheck(schema: unknown): BodyCheck {
  const text = String(schema ?? '').trim();
  if (text === '') return () => {};
  const definition = parseJson(text);
  const refuse = (why: string) => badSetting(field, why);
  if (!isPlainRecord(definition)) throw refuse('it must be a JSON object');
  const pattern = (source: string) => linearPattern(source, { ignoreCase: false, refuse });
  const read = asSetting(field, () => foreignSchemaReader(definition, field, pattern));
  return (body) => {
    const value = parseJson(body);
    if (value === undefined)
      throw new EmailError('bad-webhook', { field: 'body', detail: { why: 'it is no JSON' } });
    read(value, 'body');
  };
}
