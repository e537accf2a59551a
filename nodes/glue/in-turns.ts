/** Work of the same name waits for the one before it; work of other names does not. */
export function inTurns() {
  const last = new Map<string, Promise<unknown>>();
  return {
    take<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
      const turn = (last.get(name) ?? Promise.resolve()).then(work, work);
      last.set(name, turn);
      const forget = (): void => {
        if (last.get(name) === turn) last.delete(name);
      };
      turn.then(forget, forget);
      return turn;
    },
  };
}
