/** A condition's operator and value come in; a test of the values found at its property goes out. */
import { EmailError } from '../kernel/errors.ts';
import { memberPath } from '../kernel/field-path.ts';
import { schemaTest } from '../schema/schema-reader.ts';
import { linearPattern } from './linear-pattern.ts';
import type { Operator } from './operators.ts';
import type { Condition } from './rule-schema.ts';

type ValueTest = (value: unknown) => boolean;
type Build = (condition: Condition, field: string) => ValueTest;

/**
 * Of several values one must pass; for `is-not` and `does-not-exist`, which are the opposite of `is` and `exists`,
 * none. Throws EmailError `bad-rule` for a value its operator cannot use.
 */
export function conditionTest(condition: Condition, field: string): (values: readonly unknown[]) => boolean {
  const opposite = opposites[condition.operator];
  const test = builders[opposite ?? (condition.operator as Positive)](condition, memberPath(field, 'value'));
  return (values) => values.some(test) === (opposite === undefined);
}

type Positive = Exclude<Operator, 'is-not' | 'does-not-exist'>;

const opposites: Readonly<Partial<Record<Operator, Positive>>> = {
  'is-not': 'is',
  'does-not-exist': 'exists',
};

const builders: Readonly<Record<Positive, Build>> = {
  exists: () => () => true,
  is: comparing((text, wanted) => text === wanted),
  contains: comparing((text, wanted) => text.includes(wanted)),
  'starts-with': comparing((text, wanted) => text.startsWith(wanted)),
  'ends-with': comparing((text, wanted) => text.endsWith(wanted)),
  'greater-than': measuring((number, limit) => number > limit),
  'less-than': measuring((number, limit) => number < limit),
  'is-one-of': oneOf,
  'matches-regex': pattern,
  'matches-schema': ({ value }, field) =>
    schemaTest(schemaOf(value, field), field, (source) =>
      linearPattern(source, { ignoreCase: false, refuse: (why) => badRule(field, why) }),
    ),
};

function comparing(holds: (text: string, wanted: string) => boolean): Build {
  return ({ value, caseSensitive }, field) => {
    const wanted = foldText(requireText(value, field), caseSensitive);
    return (found) => {
      const text = textOf(found);
      return text !== undefined && holds(foldText(text, caseSensitive), wanted);
    };
  };
}

function measuring(holds: (number: number, limit: number) => boolean): Build {
  return ({ value }, field) => {
    const limit = numberOf(value);
    if (limit === undefined) throw badRule(field, 'it must be a number');
    return (found) => {
      const number = numberOf(found);
      return number !== undefined && holds(number, limit);
    };
  };
}

function oneOf({ value, caseSensitive }: Condition, field: string): ValueTest {
  const list: unknown[] = Array.isArray(value) ? value : requireText(value, field).split(',');
  const wanted = new Set(list.map((one) => foldText(requireText(one, field).trim(), caseSensitive)));
  return (found) => {
    const text = textOf(found);
    return text !== undefined && wanted.has(foldText(text, caseSensitive));
  };
}

function pattern({ value, caseSensitive }: Condition, field: string): ValueTest {
  const refuse = (why: string) => badRule(field, why);
  const matches = linearPattern(requireText(value, field), { ignoreCase: caseSensitive !== true, refuse });
  return (found) => {
    const text = textOf(found);
    return text !== undefined && matches(text);
  };
}

function schemaOf(value: unknown, field: string): object {
  const schema = typeof value === 'string' ? parseJson(value, field) : value;
  if (typeof schema === 'object' && schema !== null) return schema;
  throw badRule(field, 'it must be a JSON Schema');
}

function parseJson(text: string, field: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badRule(field, 'it is not JSON');
  }
}

/** Text, numbers and booleans as text; a mailbox is its address. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, 'address')) return undefined;
  const { address } = value as { address: unknown };
  return typeof address === 'string' ? address : undefined;
}

function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

function foldText(text: string, caseSensitive: boolean | undefined): string {
  return caseSensitive ? text : text.toLowerCase();
}

function requireText(value: unknown, field: string): string {
  const text = textOf(value);
  if (text === undefined) throw badRule(field, 'it must be a text');
  return text;
}

function badRule(field: string, why: string): EmailError {
  return new EmailError('bad-rule', { field, detail: { why } });
}
