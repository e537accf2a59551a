import vm from 'node:vm';
import { read } from './project.ts';

export interface EditorDefinition {
  readonly category: string;
  readonly color?: string;
  readonly icon?: string;
  readonly inputs?: number;
  readonly outputs?: number;
  readonly defaults: Readonly<Record<string, { readonly value: unknown; readonly type?: string }>>;
  readonly credentials?: Readonly<Record<string, { readonly type: string }>>;
}

/** The script that the build put into a form. */
export function editorScript(set: string): string {
  const html = read(`dist/nodes/${set}.html`);
  const scripts = [...html.matchAll(/<script type="text\/javascript">([\s\S]*?)<\/script>/g)];
  if (scripts.length !== 1) throw new Error(`${set}.html holds ${scripts.length} scripts instead of one.`);
  return String(scripts[0]?.[1]);
}

/** What the script registers, run as a browser would with an editor that only listens. */
export function editorDefinition(set: string): EditorDefinition {
  const registered: [string, EditorDefinition][] = [];
  const validators = { typedInput: () => () => true };
  const RED = {
    validators,
    nodes: { registerType: (...call: [string, EditorDefinition]) => registered.push(call) },
  };
  vm.runInNewContext(editorScript(set), { RED, $: () => undefined, window: {}, document: {} });
  const [type, definition] = registered[0] ?? [];
  if (registered.length !== 1 || type !== set || !definition)
    throw new Error(`${set} does not register itself.`);
  return definition;
}

/** The ids of the plugins that the script registers. */
export function registeredPlugins(set: string): string[] {
  const ids: string[] = [];
  const RED = { plugins: { registerPlugin: (id: string) => ids.push(id) } };
  vm.runInNewContext(editorScript(set), { RED, $: () => undefined, window: {}, document: {} });
  return ids;
}
