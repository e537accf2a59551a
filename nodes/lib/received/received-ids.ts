/** A Message-ID, In-Reply-To or References header of a stranger comes in; the ids in it go out. */

const longestIds = 64 * 1024;
const longestId = 512;
const mostIds = 100;

/** Without angle brackets; what is no id is left out, as are words beside them. */
export function receivedIds(value: string): readonly string[] {
  const words = value.slice(-longestIds).split(/[\s<>,;"]+/);
  return words
    .filter((id) => id.length <= longestId && /^[^@\p{Cc}]+@[^@\p{Cc}]+$/u.test(id))
    .slice(-mostIds);
}
