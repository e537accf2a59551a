/** True if `version` (1.2.3) is `floor` or later. */
export function isAtLeast(version: string, floor: string): boolean {
  const [mine, least] = [numbersOf(version), numbersOf(floor)];
  const at = mine.findIndex((number, index) => number !== least[index]);
  return at < 0 || Number(mine[at]) > Number(least[at]);
}

/** The lowest version of a range in one of the two forms that this project uses, `>=1.2` and `^1.2.3`. */
export function floorOf(range: string): string {
  const floor = /^(?:>=|\^)(\d+(?:\.\d+){0,2})$/.exec(range)?.[1];
  if (!floor) throw new Error(`A range of another form: ${range}`);
  return floor;
}

function numbersOf(version: string): number[] {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  return [major, minor, patch];
}
