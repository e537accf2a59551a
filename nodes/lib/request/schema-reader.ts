/** A JSON Schema comes in; a reader that lets through what fits it, and names the path of what does not, goes out. */
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import { EmailError } from '../kernel/errors.ts';
import { memberPath } from '../kernel/field-path.ts';
import { parseIsoTime } from './read-times.ts';

/** `root` names the value itself in errors. Throws EmailError: `bad-request`, `not-supported`. */
export type SchemaReader<Shape> = (value: unknown, root: string) => Shape;

/**
 * Draft 2020-12, with the format `date-time` and the annotation `x-not-supported`, whose text says why a property
 * that is known is refused all the same.
 */
export function schemaReader<Shape>(schema: object): SchemaReader<Shape> {
  const validate = newAjv().compile<Shape>(schema);
  return (value, root) => {
    if (validate(value)) return value;
    const [error] = validate.errors ?? [];
    throw error ? explain(error, root) : badRequest(root, 'it does not fit');
  };
}

function newAjv(): Ajv2020 {
  const ajv = new Ajv2020({ strict: true, strictRequired: false, verbose: true });
  ajv.addFormat('date-time', (value: string) => parseIsoTime(value) !== undefined);
  ajv.addKeyword({ keyword: 'x-not-supported', schemaType: 'string', validate: () => false });
  return ajv;
}

function explain({ keyword, params, schema, ...error }: ErrorObject, root: string): EmailError {
  const parent = pathOf(error.instancePath);
  if (keyword === 'x-not-supported') {
    return new EmailError('not-supported', { field: parent, detail: { why: String(schema) } });
  }
  const member = params.missingProperty ?? params.additionalProperty;
  const field = typeof member === 'string' ? memberPath(parent, member) : parent || root;
  return badRequest(field, (reasons[keyword] ?? defaultReason)(params, error.message));
}

type Reason = (params: Record<string, unknown>, message: string | undefined) => string;

const defaultReason: Reason = (_params, message) => `it ${message ?? 'does not fit'}`;

const reasons: Readonly<Record<string, Reason>> = {
  additionalProperties: () => 'it is not known here',
  required: () => 'it is missing',
  'false schema': () => 'it does not belong to this type',
  const: ({ allowedValue }) => `it must be ${allowedValue}`,
  enum: ({ allowedValues }) => `it must be one of ${[allowedValues].flat().join(', ')}`,
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

function badRequest(field: string, why: string): EmailError {
  return new EmailError('bad-request', { field, detail: { why } });
}
