import type { Browser } from 'playwright-core';
import { nodeRedVersion } from './node-red-version.ts';
import { launchBrowser, missingBrowser, type OpenEditor, openEditor, type Theme } from './open-editor.ts';
import { type NodeRedOptions, type RunningNodeRed, startNodeRed } from './start-node-red.ts';

/** Node-RED 4 has no dark theme. */
export const themes: readonly Theme[] = nodeRedVersion === 5 ? ['light', 'dark'] : ['light'];

export interface EditorInUse {
  readonly nodeRed: RunningNodeRed;
  readonly editor: OpenEditor;
}

type Start = (options: Omit<NodeRedOptions, 'version'>) => Promise<EditorInUse>;

export interface EditorSuite {
  /** Takes a picture of the screen. */
  shot(name: string): Promise<void>;
  /** Deploys what the editor shows, and waits until it runs. */
  deploy(): Promise<void>;
  /** Deploys, and reads the node as it was saved. */
  saved(id: string): Promise<Record<string, unknown>>;
}

/**
 * For the suite around it, whose pictures begin with this name: its steps go on where the one before ended. `open` is
 * called once, and not where there is no browser; what it starts is closed at the end.
 */
export function editorSuite(
  suite: Mocha.Suite,
  { theme, pictures = '', locale }: { theme: Theme; pictures?: string; locale?: string },
  open: (start: Start) => Promise<void>,
): EditorSuite {
  let browser: Browser | undefined;
  let used: Partial<EditorInUse> = {};
  const inUse = (): EditorInUse => used as EditorInUse;
  const shot = (name: string) => inUse().editor.screenshot(`${nodeRedVersion}-${theme}-${pictures}${name}`);
  const deploy = async (): Promise<void> => {
    const start = inUse().nodeRed.nextStart();
    await inUse().editor.deploy();
    await start;
  };

  suite.bail(true);
  before(async function () {
    const missing = missingBrowser();
    if (missing) {
      console.log(`    skipped: ${missing}`);
      this.skip();
    }
    await open(async (options) => {
      const nodeRed = await startNodeRed({ version: nodeRedVersion, ...options });
      used = { nodeRed };
      browser = await launchBrowser();
      used = { nodeRed, editor: await openEditor(browser, nodeRed.url, theme, locale) };
      return inUse();
    });
  });
  afterEach(async function () {
    if (this.currentTest?.state !== 'failed') return;
    await shot('failed');
    console.log(inUse().nodeRed.log());
  });
  after(async () => {
    await browser?.close();
    await used.nodeRed?.stop();
  });
  return {
    shot,
    deploy,
    async saved(id) {
      await deploy();
      const flows: Record<string, unknown>[] = await (await fetch(`${inUse().nodeRed.url}/flows`)).json();
      return flows.find((node) => node.id === id) ?? {};
    },
  };
}
