/** A JSON Schema comes in; a reader that lets through what fits it, and names the path of what does not, goes out. */
import { Ajv2020, type ErrorObject, type Options, type ValidateFunction } from 'ajv/dist/2020.js';
import { EmailError } from '../kernel/errors.ts';
import { memberPath } from '../kernel/field-path.ts';

/** `root` names the value itself in errors. Throws EmailError: the reader's code, `not-supported`. */
export type SchemaReader<Shape> = (value: unknown, root: string) => Shape;

export type Formats = Readonly<Record<string, (text: string) => boolean>>;

export interface ReaderOptions {
  /** What a value that does not fit is refused as; `bad-request` by default. Its sentence takes `__why__`. */
  readonly code?: 'bad-request' | 'bad-rule';
  readonly formats?: Formats;
}

/**
 * Draft 2020-12, with the annotation `x-not-supported`, whose text says why a property that is known is refused all
 * the same.
 */
export function schemaReader<Shape>(schema: object, options: ReaderOptions = {}): SchemaReader<Shape> {
  const { code = 'bad-request', formats = {} } = options;
  const ajv = newAjv(formats);
  ajv.addKeyword({ keyword: 'x-not-supported', schemaType: 'string', validate: () => false });
  const validate = ajv.compile<Shape>(schema);
  return (value, root) => {
    if (validate(value)) return value;
    const [error] = validate.errors ?? [];
    const refusal = error ? explain(error, root) : { field: root, why: 'it does not fit' };
    throw new EmailError(refusal.code ?? code, { field: refusal.field, detail: { why: refusal.why } });
  };
}

/**
 * For a schema that a user wrote: what it does not know (a format, a keyword, another document) is refused rather than
 * passed over, and its patterns are matched by `pattern`, since those of JavaScript can be made to take for ever.
 * Throws EmailError `bad-rule`.
 */
export function schemaTest(schema: object, field: string, pattern: Pattern): (value: unknown) => boolean {
  const validate = compileForeign(schema, field, pattern);
  return (value) => validate(value) === true;
}

/** As `schemaTest`, for what must fit: the reader throws EmailError `bad-webhook`, naming the path below `root`. */
export function foreignSchemaReader(
  schema: object,
  field: string,
  pattern: Pattern,
): (value: unknown, root: string) => void {
  const validate = compileForeign(schema, field, pattern);
  return (value, root) => {
    if (validate(value) === true) return;
    const [error] = validate.errors ?? [];
    const refusal = error ? explain(error, root) : { field: root, why: 'it does not fit' };
    throw new EmailError('bad-webhook', { field: refusal.field, detail: { why: refusal.why } });
  };
}

/** Whether a text matches, in a time that its length bounds. */
type Pattern = (source: string) => (text: string) => boolean;

function compileForeign(schema: object, field: string, pattern: Pattern): ValidateFunction {
  // ajv takes two patterns of the same text for one
  const engine = (source: string) => ({ test: pattern(source), toString: () => source });
  try {
    const validate = newAjv({}, { regExp: Object.assign(engine, { code: 'unused' }) }).compile(schema);
    if (!('$async' in validate)) return validate;
  } catch (thrown) {
    if (thrown instanceof EmailError) throw thrown;
    const why = thrown instanceof Error ? thrown.message : 'it is not a JSON Schema';
    throw new EmailError('bad-rule', { field, detail: { why } });
  }
  throw new EmailError('bad-rule', { field, detail: { why: 'it must not be an asynchronous schema' } });
}

function newAjv(formats: Formats, code: Options['code'] = {}): Ajv2020 {
  const ajv = new Ajv2020({ strict: true, strictRequired: false, verbose: true, logger: false, code });
  for (const [name, fits] of Object.entries(formats)) ajv.addFormat(name, fits);
  return ajv;
}

interface Refusal {
  readonly field: string;
  readonly why: string;
  readonly code?: 'not-supported';
}

function explain({ keyword, params, schema, ...error }: ErrorObject, root: string): Refusal {
  const parent = pathOf(error.instancePath);
  if (keyword === 'x-not-supported') {
    return { code: 'not-supported', field: parent, why: String(schema) };
  }
  const member = params.missingProperty ?? params.additionalProperty;
  const field = typeof member === 'string' ? memberPath(parent, member) : parent || root;
  return { field, why: (reasons[keyword] ?? defaultReason)(params, error.message) };
}

type Reason = (params: Record<string, unknown>, message: string | undefined) => string;

const defaultReason: Reason = (_params, message) => `it ${message ?? 'does not fit'}`;

const typeNames: Readonly<Record<string, string>> = {
  array: 'a list',
  object: 'an object',
  string: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
};

const reasons: Readonly<Record<string, Reason>> = {
  additionalProperties: () => 'it is not known here',
  required: () => 'it is missing',
  'false schema': () => 'it does not belong to this type',
  const: ({ allowedValue }) => `it must be ${allowedValue}`,
  enum: ({ allowedValues }) => `it must be one of ${[allowedValues].flat().join(', ')}`,
  type: ({ type }) => `it must be ${typeNames[String(type)] ?? type}`,
  minItems: () => 'it is empty',
  format: () => 'write it like 2026-11-23T14:30:00Z, with Z or an offset',
};

/** `/to/0/email/1` (RFC 6901) as `to[0].email[1]`. */
function pathOf(pointer: string): string {
  const keys = pointer.split('/').slice(1);
  return keys.reduce((path, key) => {
    if (/^\d+$/.test(key)) return `${path}[${key}]`;
    return memberPath(path, key.replaceAll('~1', '/').replaceAll('~0', '~'));
  }, '');
}
