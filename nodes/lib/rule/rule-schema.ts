/** What rules look like as JSON: the types, and the schema their definitions are checked by. */
import { type Operator, operators } from './operators.ts';

export interface Condition {
  /** Path below the message without `msg.`, e.g. `email.from.address`. A list on the way stands for each of its elements. */
  readonly property: string;
  readonly operator: Operator;
  /** Text or number; for `is-one-of` a list or a text with commas; for `matches-schema` a JSON Schema or its text. */
  readonly value?: unknown;
  /** Text is compared without regard to case otherwise. */
  readonly caseSensitive?: boolean;
}

export interface Rule {
  /** Whether all of its conditions must hold or one is enough. */
  readonly match: 'all' | 'any';
  readonly conditions: readonly Condition[];
}

export interface RuleSet {
  /** Whether the first rule that matches ends it, or every rule is asked. */
  readonly take: 'first' | 'all';
  readonly rules: readonly Rule[];
}

const condition = {
  type: 'object',
  required: ['property', 'operator'],
  additionalProperties: false,
  properties: {
    property: { type: 'string', minLength: 1, maxLength: 256 },
    operator: { enum: operators },
    value: true,
    caseSensitive: { type: 'boolean' },
  },
};

const rule = {
  type: 'object',
  required: ['match', 'conditions'],
  additionalProperties: false,
  properties: {
    match: { enum: ['all', 'any'] },
    conditions: { type: 'array', minItems: 1, maxItems: 100, items: condition },
  },
};

export const ruleSetSchema = {
  type: 'object',
  required: ['take', 'rules'],
  additionalProperties: false,
  properties: {
    take: { enum: ['first', 'all'] },
    rules: { type: 'array', maxItems: 100, items: rule },
  },
};
