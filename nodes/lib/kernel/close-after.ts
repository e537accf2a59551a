/** Something open comes in; what a failure of the next step is to be caught with goes out. */

/** What stays open after a failure would keep its lock, with nobody to close it. The failure goes on. */
export function closeAfter(opened: { close(): Promise<void> }) {
  return async (thrown: unknown): Promise<never> => {
    await opened.close();
    throw thrown;
  };
}
