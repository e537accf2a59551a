/** An AWS call goes in; what it says is not there comes out as undefined. */
import { EmailError } from '../../kernel/errors.ts';

export async function ifThere<Result>(call: Promise<Result>): Promise<Result | undefined> {
  try {
    return await call;
  } catch (thrown) {
    if (thrown instanceof EmailError && thrown.code === 'aws-not-found') return undefined;
    throw thrown;
  }
}

/** All pages of a list, up to a thousand of them. */
export async function allPages<Item>(
  readPage: (next: string | undefined) => Promise<{ items: readonly Item[]; next: string | undefined }>,
): Promise<Item[]> {
  const items: Item[] = [];
  let next: string | undefined;
  for (let count = 0; count < mostPages; count += 1) {
    const page = await readPage(next);
    items.push(...page.items);
    next = page.next;
    if (!next) break;
  }
  return items;
}

const mostPages = 1000;
