import { linearPattern } from '../lib/rule/linear-pattern.ts';
import { type Operator, operators } from '../lib/rule/operators.ts';
import type { Condition } from '../lib/rule/rule-schema.ts';
import { isEnvironmentVariable } from './field-checks.ts';

const valueless: readonly string[] = ['exists', 'does-not-exist'];
const withoutCase: readonly string[] = [...valueless, 'greater-than', 'less-than', 'matches-schema'];

/** What the dialog offers as a property beside a path below `msg`; the type is the path itself. */
export interface PropertyTypes {
  readonly types: readonly TypedInputType[];
  /** The offered type, and its value, of a path; and the way back. */
  show(path: string): { readonly type: string; readonly value: string };
  read(type: string, value: string): string;
}

const onlyMessage: PropertyTypes = {
  types: [],
  show: (path) => ({ type: 'msg', value: path }),
  read: (_type, value) => value,
};

/** Makes the list an editor of conditions: property, operator, value, case; to be added, removed and dragged. */
export function openConditions(
  node: EditorNode,
  list: JQuery,
  conditions: unknown,
  properties = onlyMessage,
): void {
  list.editableList({
    addItem(container, _index, condition: Partial<Condition>) {
      container.addClass('email-condition').append(...conditionFields(node, condition));
      prepareProperty(container, properties);
      showFields(container);
    },
    removable: true,
    sortable: true,
    height: 'auto',
  });
  // A copy: what is typed and then cancelled must not reach the node.
  list.editableList('addItems', structuredClone(Array.isArray(conditions) ? conditions : []));
}

/** The conditions as they are on the screen, without those on their way out; a row without a property is left out. */
export function conditionsOf(list: JQuery, properties = onlyMessage): Condition[] {
  const rows = list.children().not('.red-ui-editableList-item-deleting').find('.email-condition').toArray();
  return rows.map((row) => readRow($(row), properties)).filter(({ property }) => property !== '');
}

/** Rows of a node as it was saved. */
export function areUsable(conditions: unknown): boolean {
  if (!Array.isArray(conditions)) return true;
  return conditions.every(({ property, operator, value }: Partial<Condition>) => {
    return Boolean(property) && isUsableValue(String(operator), textOf(value));
  });
}

function isUsableValue(operator: string, value: string): boolean {
  if (valueless.includes(operator)) return true;
  if (operator === 'matches-regex' && !isEnvironmentVariable(value) && !isPattern(value)) return false;
  return value !== '';
}

/** As the rules take it: no pattern that looks ahead, behind or back. */
function isPattern(text: string): boolean {
  try {
    return Boolean(linearPattern(text, { ignoreCase: true, refuse: Error }));
  } catch {
    return false;
  }
}

function conditionFields(node: EditorNode, condition: Partial<Condition>): JQuery[] {
  const word = (key: string) => node._(`${node.type}.condition.${key}`);
  const property = $('<input type="text" data-part="property">').val(condition.property ?? 'email.subject');
  const operator = $('<select data-part="operator">').attr('aria-label', word('operator'));
  for (const value of operators)
    operator.append(
      $('<option>')
        .val(value)
        .text(node._(`${node.type}.operator.${value}`)),
    );
  operator.val(condition.operator ?? 'contains');
  const value = $('<input type="text" autocomplete="off" spellcheck="false" data-part="value">')
    .attr({ 'aria-label': word('value'), placeholder: word('value') })
    .val(textOf(condition.value));
  const exact = $('<input type="checkbox" data-part="case">').prop(
    'checked',
    condition.caseSensitive === true,
  );
  const caseLabel = $('<label class="email-check">')
    .attr('title', word('case-title'))
    .append(exact, $('<span>').text(word('case')));
  return [property, operator, value, caseLabel];
}

function prepareProperty(container: JQuery, { types, show }: PropertyTypes): void {
  const property = container.find('[data-part="property"]');
  const { type, value } = show(String(property.val()));
  property.typedInput({ types: [...types, 'msg'], default: 'msg' });
  property.typedInput('type', type);
  property.typedInput('value', value);
  container.find('[data-part="operator"]').on('change', () => showFields(container));
  container.find('[data-part="value"]').on('input', () => showFields(container));
}

function showFields(container: JQuery): void {
  const operator = String(container.find('[data-part="operator"]').val());
  const value = container.find('[data-part="value"]');
  value.toggleClass('email-unseen', valueless.includes(operator));
  value.toggleClass('input-error', !isUsableValue(operator, String(value.val())));
  container.find('.email-check').toggleClass('email-unseen', withoutCase.includes(operator));
}

function readRow(row: JQuery, properties: PropertyTypes): Condition {
  const operator = String(row.find('[data-part="operator"]').val()) as Operator;
  const field = row.find('[data-part="property"]');
  const property = properties.read(field.typedInput('type'), field.typedInput('value').trim());
  const value = valueless.includes(operator) ? {} : { value: String(row.find('[data-part="value"]').val()) };
  const isExact = row.find('[data-part="case"]').prop('checked') === true && !withoutCase.includes(operator);
  return { property, operator, ...value, ...(isExact && { caseSensitive: true }) };
}

/** A flow written by hand may hold lists and schemas as they are. */
function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return value.join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
