import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { root } from './open-demo.ts';

export const shot = (page: Page, name: string) =>
  page.screenshot({ path: join(root, 'test/editor/screenshots', `${name}.png`) });

/** What a person does in Node-RED's editor, by the names on the screen. */
export function gesturesOn(page: Page) {
  const tab = (name: string) => page.locator('#red-ui-workspace-tabs .red-ui-tab', { hasText: name }).first();
  const node = (name: string) =>
    page.locator('.red-ui-flow-node-group:visible').filter({ has: page.getByText(name, { exact: true }) });
  return {
    openTab: (name: string) => tab(name).click(),
    openTabDialog: (name: string) => tab(name).dblclick(),
    openDialog: (name: string) => node(name).dblclick(),
    press: (name: string) => node(name).locator('.red-ui-flow-node-button-button').click(),
    /** What came to the debug node of that name. */
    debugged: (name: string) => page.locator('.red-ui-debug-msg', { hasText: `node: ${name}` }),
    async unfold(message: Locator): Promise<void> {
      await message.locator('.red-ui-debug-msg-expandable').first().click();
    },
  };
}
