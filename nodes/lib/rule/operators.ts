/** What a condition can ask of a property; in a file of its own, because the dialog offers the same. */
export const operators = [
  'is',
  'is-not',
  'contains',
  'starts-with',
  'ends-with',
  'matches-regex',
  'is-one-of',
  'exists',
  'does-not-exist',
  'greater-than',
  'less-than',
  'matches-schema',
] as const;

export type Operator = (typeof operators)[number];
