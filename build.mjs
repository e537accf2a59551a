// nodes/ → dist/nodes/: the runtime by tsc, the editor halves by esbuild into their forms, catalogues, help and icons.
import { spawnSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'esbuild';

const root = import.meta.dirname;
const source = join(root, 'nodes');
const target = join(root, 'dist', 'nodes');

rmSync(join(root, 'dist'), { recursive: true, force: true });
mkdirSync(target, { recursive: true });
compileRuntime();
for (const form of globSync('*.html', { cwd: source })) await buildForm(basename(form, '.html'));
cpSync(join(source, 'locales'), join(target, 'locales'), { recursive: true });
cpSync(join(root, 'icons'), join(target, 'icons'), { recursive: true });

function compileRuntime() {
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const { status } = spawnSync(process.execPath, [compiler, '-p', root], { stdio: 'inherit' });
  if (status !== 0) process.exit(1);
}

/** The form with its script beside it, as Node-RED serves it. */
async function buildForm(name) {
  const { outputFiles } = await build({
    entryPoints: [join(source, `${name}.editor.ts`)],
    bundle: true,
    format: 'iife',
    minify: true,
    target: 'es2022',
    charset: 'utf8',
    write: false,
    logLevel: 'warning',
  });
  const form = readFileSync(join(source, `${name}.html`), 'utf8').trimEnd();
  const script = outputFiles[0].text.trimEnd();
  writeFileSync(
    join(target, `${name}.html`),
    `${form}\n\n<script type="text/javascript">\n${script}\n</script>\n`,
  );
}
