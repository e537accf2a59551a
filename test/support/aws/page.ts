// Lists come in pages, as AWS hands them out: a token that names the first item of the next page.

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next?: string;
}

/** `size` may come as text, from a query. */
export function page<Item>(
  items: readonly Item[],
  token: string | undefined,
  size?: number | string,
): Page<Item> {
  const from = token ? Number(Buffer.from(token, 'base64').toString()) : 0;
  const to = from + Number(size ?? 100);
  const next = to < items.length ? Buffer.from(`${to}`).toString('base64') : undefined;
  return { items: items.slice(from, to), next };
}
