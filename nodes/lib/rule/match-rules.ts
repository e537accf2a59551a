/** Definitions of rules come in and are compiled; messages come in, and which rules they match goes out. */
import { type SchemaReader, schemaReader } from '../schema/schema-reader.ts';
import { conditionTest } from './condition-test.ts';
import { readValuesAt } from './read-values-at.ts';
import { type Condition, type RuleSet, ruleSetSchema } from './rule-schema.ts';

type MessageTest = (message: unknown) => boolean;

export interface Rules {
  readonly take: RuleSet['take'];
  readonly tests: readonly MessageTest[];
}

/** `value` in the shape of RuleSet; `field` names the whole in errors. Throws EmailError `bad-rule` with the path of the part at fault. */
export function readRules(value: unknown, field: string): Rules {
  const { take, rules } = readShape(value, field);
  const tests = rules.map(({ match, conditions }, index) => {
    const parts = conditions.map((one, at) => conditionOn(one, `rules[${index}].conditions[${at}]`));
    return (message: unknown): boolean =>
      match === 'all' ? parts.every((part) => part(message)) : parts.some((part) => part(message));
  });
  return { take, tests };
}

/** Positions of the rules that match: the first one at most, or all of them, as the definitions say. */
export function matchRules({ take, tests }: Rules, message: Record<string, unknown>): number[] {
  if (take === 'first') {
    const first = tests.findIndex((test) => test(message));
    return first < 0 ? [] : [first];
  }
  return tests.flatMap((test, index) => (test(message) ? index : []));
}

function conditionOn(condition: Condition, field: string): MessageTest {
  const holds = conditionTest(condition, field);
  return (message) => holds(readValuesAt(message, condition.property));
}

let reader: SchemaReader<RuleSet> | undefined;

function readShape(value: unknown, field: string): RuleSet {
  reader ??= schemaReader<RuleSet>(ruleSetSchema, { code: 'bad-rule' });
  return reader(value, field);
}
