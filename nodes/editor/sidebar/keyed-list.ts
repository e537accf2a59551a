export interface KeyedRow<Item> {
  readonly element: JQuery;
  update(item: Item): void;
}

/** Rows that stay the same elements as long as their keys do: focus, scroll and open parts survive new numbers. */
export function keyedList<Item>(
  list: JQuery,
  { keyOf, open }: { keyOf(item: Item): string; open(item: Item): KeyedRow<Item> },
): (items: readonly Item[]) => void {
  const rows = new Map<string, KeyedRow<Item>>();
  return (items) => {
    const keys = new Set(items.map(keyOf));
    for (const [key, { element }] of rows)
      if (!keys.has(key)) {
        element.remove();
        rows.delete(key);
      }
    items.forEach((item, index) => {
      const row = rows.get(keyOf(item)) ?? open(item);
      rows.set(keyOf(item), row);
      row.update(item);
      const there = list[0]?.children[index];
      if (there !== row.element[0]) list[0]?.insertBefore(row.element[0] as HTMLElement, there ?? null);
    });
  };
}
