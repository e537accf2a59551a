import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import axe, { type AxeResults } from 'axe-core';
import { type Browser, chromium, type Page, type Request } from 'playwright-core';

const executable = process.env.CHROMIUM ?? '/usr/bin/chromium';
const screenshots = path.resolve(import.meta.dirname, '../editor/screenshots');

export type Theme = 'light' | 'dark';

/** Why the browser tests cannot run here; undefined when they can. In CI a missing browser is a failure, not a gap. */
export function missingBrowser(): string | undefined {
  if (existsSync(executable) || process.env.CI === 'true') return undefined;
  return `no browser at ${executable}: install chromium, or name one in the environment variable CHROMIUM`;
}

export async function launchBrowser(): Promise<Browser> {
  const quiet = [
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
  ];
  return chromium.launch({
    executablePath: executable,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', ...quiet],
  });
}

export type DialogButton =
  | 'node-dialog-ok'
  | 'node-dialog-cancel'
  | 'node-config-dialog-ok'
  | 'node-config-dialog-cancel';

export interface OpenEditor {
  readonly page: Page;
  /** Addresses outside Node-RED that the page asked for. */
  readonly strayRequests: readonly string[];
  /** Uncaught errors of the page. */
  readonly pageErrors: readonly string[];
  dragFromPalette(type: string): Promise<string>;
  /** Opens a node's dialog as a double click does. */
  edit(id: string): Promise<void>;
  /** Presses the dialog's button and waits until its tray is gone. */
  finish(button: DialogButton): Promise<void>;
  /** Opens the dialog of the config node in this property, a new or the chosen one. */
  openConfig(property: string, how: 'add' | 'edit'): Promise<void>;
  /** Shows this tab of the email app's dialog. */
  tab(name: string): Promise<void>;
  textOf(place: string): Promise<string>;
  /** The sentence in this place, once it is of that mood. */
  answerOf(place: string, mood: 'good' | 'bad' | 'note' | 'busy'): Promise<string>;
  /** Draws a wire from the first output of one node to the input of another. */
  wire(from: string, to: string): Promise<void>;
  /** Into the code editor of send-email that is on the screen. */
  typeBody(text: string): Promise<void>;
  clearSampleValues(): Promise<void>;
  /** Into a code editor of the package, by its element. */
  typeInto(element: string, text: string): Promise<void>;
  /** Presses a button until the list has something. */
  untilListed(button: string, row: string): Promise<void>;
  /** True if some of a dialog's form lies beyond its tray's right edge. */
  isCut(form: string): Promise<boolean>;
  /** Rule and place of what axe-core objects to in a dialog's form, as far as it is on the screen. */
  barriersOf(form: string): Promise<string[]>;
  reload(): Promise<void>;
  /** The sentence Node-RED shows when the pointer rests on an invalid field. */
  sentenceOf(field: string): Promise<string>;
  deploy(): Promise<void>;
  screenshot(name: string): Promise<void>;
  close(): Promise<void>;
}

/** Opens Node-RED's editor on a page of its own, as a browser of that language does. */
export async function openEditor(
  browser: Browser,
  url: string,
  theme: Theme,
  locale = 'en-US',
): Promise<OpenEditor> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, locale });
  page.setDefaultTimeout(10_000);
  const strayRequests: string[] = [];
  const pageErrors: string[] = [];
  const note = (request: Request) => {
    if (/^(data|blob|about):/.test(request.url()) || request.url().startsWith(url)) return;
    // What the page's own policy stopped never left the browser.
    if (request.failure()?.errorText !== 'csp') strayRequests.push(request.url());
  };
  page.on('requestfinished', note);
  page.on('requestfailed', note);
  page.on('pageerror', (error) => pageErrors.push(String(error)));
  await page.addInitScript((scheme) => {
    // A sandboxed frame has no storage.
    if (window === window.top) localStorage.setItem('view-dark-theme', scheme);
  }, theme);
  await page.goto(url);
  await ready(page);
  return { page, strayRequests, pageErrors, ...gestures(page), close: () => page.close() };
}

function gestures(page: Page) {
  return {
    async dragFromPalette(type: string): Promise<string> {
      const before = await nodeIds(page);
      await page.locator(`.red-ui-palette-node[data-palette-type="${type}"]`).scrollIntoViewIfNeeded();
      await page.hover(`.red-ui-palette-node[data-palette-type="${type}"]`);
      await page.mouse.down();
      const chart = await page.locator('#red-ui-workspace-chart').boundingBox();
      await page.mouse.move(chart!.x + 350, chart!.y + 200, { steps: 12 });
      await page.mouse.up();
      return (await nodeIds(page)).find((id) => !before.includes(id))!;
    },
    async edit(id: string): Promise<void> {
      await page.evaluate(`RED.editor.edit(RED.nodes.node(${JSON.stringify(id)}))`);
      await settle(page);
    },
    async finish(button: string): Promise<void> {
      await page.click(`#${button}`);
      await page.waitForSelector(`#${button}`, { state: 'detached' });
      await settle(page);
    },
    async openConfig(property: string, how: 'add' | 'edit'): Promise<void> {
      await page.click(`#node-input-btn-${property}-${how}`);
      await page.waitForSelector('#node-config-dialog-ok');
      await settle(page);
    },
    async tab(name: string): Promise<void> {
      // Node-RED 4 takes two quick clicks for a double click, even on different tabs.
      await settle(page);
      await page.click(`a[href="#email-app-${name}"]`);
    },
    textOf: async (place: string) => (await page.locator(place).textContent()) ?? '',
    async answerOf(place: string, mood: string): Promise<string> {
      const answer = page.locator(`${place}.${mood}`);
      await answer.waitFor({ timeout: 60_000 });
      return (await answer.textContent()) ?? '';
    },
    async wire(from: string, to: string): Promise<void> {
      await page.locator(`[id="${from}"] .red-ui-flow-port-output rect`).first().hover();
      await page.mouse.down();
      const input = await page.locator(`[id="${to}"] .red-ui-flow-port-input rect`).boundingBox();
      await page.mouse.move(input!.x + input!.width / 2, input!.y + input!.height / 2, { steps: 12 });
      await page.mouse.up();
    },
    typeBody: (text: string) => typeInto(page, '#send-email-html-editor', text),
    clearSampleValues: () => typeInto(page, '#send-email-values', ''),
    typeInto: (element: string, text: string) => typeInto(page, element, text),
    async untilListed(button: string, row: string): Promise<void> {
      while ((await page.locator(row).count()) === 0) {
        const answered = page.waitForResponse((answer) => answer.url().includes('/email-app/'));
        await page.click(button);
        await answered;
        await page.waitForTimeout(100);
      }
    },
    isCut: (form: string) =>
      page.locator(form).evaluate((element) => {
        const edge = element.closest('.red-ui-tray')?.getBoundingClientRect().right ?? 0;
        return [element, ...element.querySelectorAll('*')].some(
          // a code editor scrolls what is in it
          (e) => e.getBoundingClientRect().right > edge && !e.closest('.monaco-editor'),
        );
      }),
    async barriersOf(form: string): Promise<string[]> {
      if (!(await page.evaluate('"axe" in window'))) await page.addScriptTag({ content: axe.source });
      const { violations } = (await page.evaluate(`axe.run(${JSON.stringify(form)})`)) as AxeResults;
      return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id} ${target.join(' ')}`));
    },
    async reload(): Promise<void> {
      await page.reload();
      await ready(page);
    },
    async sentenceOf(field: string): Promise<string> {
      const popover = page.locator('.red-ui-popover:visible').first();
      await page.mouse.move(5, 5);
      // What the pointer rested on before may still show its own.
      await popover.waitFor({ state: 'detached' });
      await page.hover(field);
      await popover.waitFor();
      const sentence = (await popover.textContent()) ?? '';
      await page.mouse.move(5, 5);
      await popover.waitFor({ state: 'detached' });
      return sentence.trim();
    },
    async deploy(): Promise<void> {
      const deployed = page.waitForResponse(
        (answer) => answer.url().endsWith('/flows') && answer.request().method() === 'POST',
      );
      await page.click('#red-ui-header-button-deploy');
      await deployed;
    },
    async screenshot(name: string): Promise<void> {
      // nobody looks at them there, but at those of what failed
      if (process.env.CI === 'true' && !name.endsWith('failed')) return;
      await mkdir(screenshots, { recursive: true });
      await page.screenshot({ path: path.join(screenshots, `${name}.png`) });
    },
  };
}

async function ready(page: Page): Promise<void> {
  await page.waitForSelector('.red-ui-palette-node[data-palette-type="send-email"]');
  await page.waitForSelector('#red-ui-loading-progress', { state: 'hidden' });
}

async function typeInto(page: Page, editor: string, text: string): Promise<void> {
  await page.click(`${editor} .view-lines`);
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.press('Delete');
  await page.keyboard.insertText(text);
}

const nodeIds = (page: Page) =>
  page.evaluate('RED.nodes.filterNodes({}).map((node) => node.id)') as Promise<string[]>;

/** A tray slides in and out; what is clicked before that lands elsewhere. */
const settle = (page: Page) => page.waitForTimeout(450);
