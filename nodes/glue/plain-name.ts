/** A stranger may have named it: what a header holds as it is. */
export function plainName(name: string): string {
  return (
    name
      .replace(/[^A-Za-z0-9.-]+/g, '-')
      .replace(/^[.-]+/, '')
      .slice(-100) || 'attachment'
  );
}
