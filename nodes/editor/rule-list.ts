import type { Rule } from '../lib/rule/rule-schema.ts';
import { mailProperties } from './mail-properties.ts';
import { areUsable, conditionsOf, openConditions } from './rule-conditions.ts';

export interface NamedRule extends Rule {
  readonly name?: string;
}

interface Item {
  readonly rule: Partial<NamedRule>;
  /** Position among the saved rules; undefined for a new one. */
  readonly was?: number;
}

/** Makes the list an editor of rules, each with its conditions; `onMoved` hears where every rule is now. */
export function openRules(
  node: EditorNode,
  list: JQuery,
  rules: unknown,
  onMoved: (positions: readonly (number | undefined)[]) => void,
): void {
  const moved = () => {
    // a removed rule may still fade out when its dialog is closed
    if (!list[0]?.isConnected) return;
    const items = itemsOf(list);
    items.forEach(
      (item, index) =>
        void $(item)
          .find('.email-rule-output')
          .text(`→ ${index + 3}`),
    );
    onMoved(items.map((item) => ($(item).data('data') as Item).was));
  };
  list.editableList({
    addItem(container, _index, { rule = {} }: Partial<Item>) {
      container.addClass('email-rule').append(...ruleFields(node, rule));
      const conditions = rule.conditions ?? [{}];
      openConditions(node, container.find('.email-rule-conditions'), conditions, mailProperties(node));
      moved();
    },
    removeItem: moved,
    sortItems: moved,
    removable: true,
    sortable: true,
    height: 'auto',
  });
  const saved = Array.isArray(rules) ? rules : [];
  list.editableList(
    'addItems',
    saved.map((rule: NamedRule, was): Item => ({ rule, was })),
  );
  moved();
}

/** Where each rule on the screen was when the dialog opened; undefined for a new one. */
export function positionsOf(list: JQuery): (number | undefined)[] {
  return itemsOf(list).map((item) => ($(item).data('data') as Partial<Item>).was);
}

/** The rules as they are on the screen. */
export function rulesOf(node: EditorNode, list: JQuery): NamedRule[] {
  return itemsOf(list).map((item) => {
    const row = $(item);
    const conditions = conditionsOf(row.find('.email-rule-conditions'), mailProperties(node));
    const match = row.find('[data-part="match"]').val() === 'any' ? 'any' : 'all';
    return { name: String(row.find('[data-part="name"]').val()).trim(), match, conditions };
  });
}

/** Rules of a node as it was saved. */
export function areUsableRules(rules: unknown): boolean {
  if (!Array.isArray(rules)) return true;
  return rules.every(({ conditions }: Partial<NamedRule>) => conditions?.length && areUsable(conditions));
}

function ruleFields(node: EditorNode, { name, match }: Partial<NamedRule>): JQuery[] {
  const word = (key: string) => node._(`inbound-email.rule.${key}`);
  const naming = $('<input type="text" autocomplete="off" data-part="name">')
    .attr({ 'aria-label': word('name'), placeholder: word('name') })
    .val(name ?? '');
  const matching = $('<select data-part="match">').attr('aria-label', word('match'));
  for (const value of ['all', 'any']) matching.append($('<option>').val(value).text(word(value)));
  matching.val(match ?? 'all');
  const head = $('<div class="email-rule-head">').append(
    naming,
    matching,
    $('<span class="email-unit email-rule-output">'),
  );
  return [head, $('<ol class="email-rule-conditions">')];
}

function itemsOf(list: JQuery): HTMLElement[] {
  // a removed rule stays on the screen until its animation ends
  const rows = list
    .children()
    .not('.red-ui-editableList-item-deleting')
    .children('.red-ui-editableList-item-content');
  return rows.toArray();
}
