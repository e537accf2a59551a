/** Programs that run on a small file system of their own, which nobody else sees and which ends with them. Linux only. */
import { execFileSync } from 'node:child_process';

/** As root; as anybody where users may have namespaces; as anybody who may become root. */
const ways = [
  ['unshare', '--mount'],
  ['unshare', '--map-root-user', '--mount'],
  ['sudo', '-n', 'unshare', '--mount'],
];
const mounting = 'mount -t tmpfs -o size="$0" none "$1" && exec "$@"';

/** The command line that runs a program with `folder` as its first argument, or undefined on a machine that lets nobody. */
export function onSmallFileSystem(folder: string, size: string, script: string): string[] | undefined {
  const inside = (way: readonly string[], command: string) => [...way, 'sh', '-c', command, size, folder];
  const works = (way: readonly string[]) => {
    try {
      const [program = '', ...rest] = inside(way, mounting.replace('exec "$@"', 'true'));
      execFileSync(program, rest, { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  };
  const way = ways.find(works);
  const command = mounting.replace('exec "$@"', 'exec "$2" "$3" "$1"');
  return way && [...inside(way, command), process.execPath, script];
}
