/** A smaller input that still fails, by leaving out ever smaller pieces. `tries` bounds the work. */
export async function minimise(
  input: Buffer,
  fails: (input: Buffer) => Promise<boolean>,
  tries = 2000,
): Promise<Buffer> {
  let smallest = input;
  for (let size = Math.ceil(input.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let at = 0; at < smallest.length && tries > 0; tries -= 1) {
      const shorter = Buffer.concat([smallest.subarray(0, at), smallest.subarray(at + size)]);
      if (await fails(shorter)) smallest = shorter;
      else at += size;
    }
  }
  return smallest;
}
