/** Looks again until it is so; for what other processes do, which no test can be told of. */
export async function until(isSo: () => boolean | Promise<boolean>, limit = 20_000): Promise<void> {
  const end = Date.now() + limit;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error('It never was so.');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
