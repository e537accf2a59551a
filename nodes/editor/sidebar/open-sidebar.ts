import { callAdmin } from '../call-admin.ts';
import { clearAnswer, showAnswer } from '../show-answer.ts';
import type { ShownApp } from './app-chooser.ts';
import { pollWhileVisible } from './poll-while-visible.ts';
import { isForbidden, sidebarFailure } from './sidebar-failure.ts';
import { openFrame } from './sidebar-frame.ts';
import { sidebarPage } from './sidebar-page.ts';
import type { SidebarRoom, Words } from './sidebar-view.ts';

/** What the tab shows; `seen` is called when it comes on the screen. */
export function openSidebar(words: Words): { content: JQuery; seen(): void } {
  let hasNumbers = false;
  const page = sidebarPage(words);
  const room: SidebarRoom = {
    words,
    may: (scope) => RED.user.hasPermission(`email-app.${scope}`),
    attempt,
    go: (view, wish) => frame.go(view, wish),
  };
  const frame = openFrame(room, page);
  const poll = pollWhileVisible(page.content, ask);
  return { content: page.content, seen: () => void poll.now() };

  async function ask(): Promise<boolean> {
    try {
      const { apps } = await callAdmin<{ apps: readonly ShownApp[] }>('GET', 'apps');
      frame.update(apps);
      hasNumbers = apps.length > 0;
      page.say('');
      return true;
    } catch (error) {
      // what a person may not read any more goes from the screen
      if (isForbidden(error)) frame.clear();
      page.say(sidebarFailure(words, error, 'read'), hasNumbers && !isForbidden(error));
      return false;
    }
  }

  async function attempt(work: () => Promise<unknown>): Promise<void> {
    try {
      clearAnswer(page.answer);
      await work();
    } catch (error) {
      showAnswer(page.answer, 'bad', sidebarFailure(words, error));
    }
    await poll.now();
  }
}
