/** The pages in Chromium without JavaScript: by mouse, by keyboard alone, narrow, light and dark. */
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import axe, { type AxeResults } from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { launchBrowser, missingBrowser } from '../support/open-editor.ts';
import { openUnsubscribeSite, type UnsubscribeSite } from '../support/unsubscribe-site.ts';

const screenshots = path.join(import.meta.dirname, '../editor/screenshots/unsubscribe');
const logo = `data:image/svg+xml;base64,${Buffer.from(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 240 60"><rect width="60" height="60" rx="14" fill="#2f7d6b"/><path d="M15 38c8-18 22-18 30-4" stroke="#fff" stroke-width="6" fill="none" stroke-linecap="round"/><text x="76" y="41" font-family="sans-serif" font-size="30" font-weight="700" fill="#5f8f84">Fernway</text></svg>',
).toString('base64')}`;
const page = { organisation: 'Fernway', language: 'en', logo, note: 'Fernway Ltd\n1 Mill Lane, Oxford' };

type State = [name: string, open: (opened: Page) => Promise<unknown>, topics: boolean];
const longAddress = `${'long.name.'.repeat(5)}x@${'a-long-domain.'.repeat(4)}example.com`;

describe('the unsubscribe pages in a browser', function () {
  this.timeout(60_000);
  let browser: Browser;
  let site: UnsubscribeSite;
  const openPages: Page[] = [];

  before(async function () {
    const why = missingBrowser();
    if (why) {
      console.log(`      skipped: ${why}`);
      this.skip();
    }
    browser = await launchBrowser();
    await mkdir(screenshots, { recursive: true });
  });
  after(() => browser?.close());
  afterEach(async () => {
    for (const one of openPages.splice(0)) await one.context().close();
    await site?.close();
  });

  /** Whatever a page complains about, such as its own style sheet, fails the test. */
  async function visit(url: string, options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext({ javaScriptEnabled: false, locale: 'en-GB', ...options });
    const opened = await context.newPage();
    openPages.push(opened);
    opened.on('console', (message) => {
      // Chromium reports every status of 400 and above, also for the page itself.
      if (!message.text().startsWith('Failed to load resource')) assert.fail(message.text());
    });
    opened.on('request', (request) =>
      assert.ok(request.url().startsWith(site.baseUrl) || request.url().startsWith('data:')),
    );
    await opened.goto(url);
    return opened;
  }

  const press = async (opened: Page, keys: string[]) => {
    for (const key of keys) await opened.keyboard.press(key);
    await opened.waitForLoadState();
  };
  const focused = (opened: Page) =>
    opened.evaluate(() => {
      const element = document.activeElement;
      return `${element?.tagName.toLowerCase()} ${element?.getAttribute('value') ?? element?.textContent}`;
    });

  it('unsubscribe with one press of the one button', async () => {
    site = await openUnsubscribeSite({ topics: [], page });
    const opened = await visit(site.url());
    assert.equal(await opened.locator('button').count(), 1);
    assert.deepEqual(await site.left(), []);
    await opened.getByRole('button', { name: 'Unsubscribe' }).click();
    assert.equal(await opened.getByRole('heading', { level: 1 }).textContent(), 'You are unsubscribed');
    assert.deepEqual(await site.left(), ['*']);
  });

  it('can be used by keyboard alone: choose, leave, undo, leave again', async () => {
    site = await openUnsubscribeSite({ page });
    const opened = await visit(site.url({ listTopic: 'news' }));
    const order: string[] = [];
    for (let count = 0; count < 4; count += 1) {
      await press(opened, ['Tab']);
      order.push(await focused(opened));
    }
    assert.deepEqual(order, ['input 0', 'input 1', 'input all', 'button leave']);
    await press(opened, ['Shift+Tab', 'Shift+Tab', 'Space', 'Tab', 'Tab']);
    await Promise.all([opened.waitForNavigation(), press(opened, ['Enter'])]);
    assert.deepEqual((await site.left()).sort(), ['news', 'offers']);
    await press(opened, ['Tab']);
    assert.equal(await focused(opened), 'a Unsubscribe from more lists');
    await press(opened, ['Tab']);
    assert.equal(await focused(opened), 'button undo');
    await Promise.all([opened.waitForNavigation(), press(opened, ['Enter'])]);
    assert.equal(await opened.getByRole('heading', { level: 1 }).textContent(), 'Undone');
    assert.deepEqual(await site.left(), []);
    await opened.goto(site.url({ listTopic: 'news' }));
    await press(opened, ['Tab', 'Tab', 'Tab', 'Tab']);
    await Promise.all([opened.waitForNavigation(), press(opened, ['Space'])]);
    assert.deepEqual(await site.left(), ['news']);
  });

  it('say what is missing when nothing is ticked', async () => {
    site = await openUnsubscribeSite({ page });
    const opened = await visit(site.url({ listTopic: 'news' }));
    await opened.getByLabel('Monthly news').uncheck();
    await opened.getByRole('button').click();
    assert.match((await opened.getByRole('alert').textContent()) ?? '', /Please tick/);
    assert.deepEqual(await site.left(), []);
  });

  it('lead from what was left to the other lists', async () => {
    site = await openUnsubscribeSite({ page });
    const opened = await visit(site.url({ listTopic: 'news' }));
    await opened.getByRole('button').click();
    await opened.getByRole('link', { name: 'Unsubscribe from more lists' }).click();
    await opened.getByLabel('All mail').check();
    await opened.getByRole('button').click();
    assert.deepEqual((await site.left()).sort(), ['*', 'news']);
  });

  it('refuse to be framed', async () => {
    site = await openUnsubscribeSite({ page });
    const opened = await visit('about:blank', {});
    openPages.splice(0);
    opened.removeAllListeners('console');
    opened.removeAllListeners('request');
    await opened.setContent(`<iframe src="${site.url()}"></iframe>`);
    const [, frame] = opened.frames();
    assert.doesNotMatch((await frame?.content()) ?? '', /<form/);
    await opened.context().close();
  });

  it('let a reader come back by keyboard alone', async () => {
    site = await openUnsubscribeSite({ page }, { canSend: true });
    const opened = await visit(site.url({ listTopic: 'news' }));
    const pressLast = async (keys: string[], button: string) => {
      await press(opened, keys);
      assert.equal(await focused(opened), button);
      await Promise.all([opened.waitForNavigation(), press(opened, ['Enter'])]);
      return opened.getByRole('heading', { level: 1 }).textContent();
    };
    await pressLast(['Tab', 'Tab', 'Tab', 'Tab'], 'button leave');
    const title = await pressLast(['Tab', 'Tab', 'Tab'], 'button again');
    assert.equal(title, 'Please check your mailbox');
    await opened.goto(site.confirmUrl());
    assert.deepEqual(await opened.locator('li').allTextContents(), ['Monthly news']);
    assert.deepEqual(await site.left(), ['news']);
    assert.equal(await pressLast(['Tab'], 'button return'), 'You will get mail again');
    assert.deepEqual(await site.left(), []);
  });

  const order = async (opened: Page, ...orders: string[]) => {
    for (const value of orders) await opened.locator(`button[value=${value}]`).click();
  };
  const comeBack = async (opened: Page) => {
    await order(opened, 'leave', 'again');
    await opened.goto(site.confirmUrl());
  };
  const states: State[] = [
    ['page', async () => undefined, false],
    ['topics', async () => undefined, true],
    [
      'notice',
      async (opened) => {
        await opened.locator('input:checked').uncheck();
        await order(opened, 'leave');
      },
      true,
    ],
    ['done', (opened) => order(opened, 'leave'), true],
    ['undone', (opened) => order(opened, 'leave', 'undo'), false],
    ['error', (opened) => opened.goto(`${opened.url()}x`), false],
    ['confirmation', (opened) => order(opened, 'leave', 'again'), false],
    ['return', comeBack, false],
    ['return-topics', comeBack, true],
    [
      'returned',
      async (opened) => {
        await comeBack(opened);
        await order(opened, 'return');
      },
      false,
    ],
    [
      'stale',
      async (opened) => {
        await order(opened, 'leave', 'again');
        await opened.goto(site.url());
        await order(opened, 'leave');
        await opened.goto(site.confirmUrl());
        await order(opened, 'return');
      },
      false,
    ],
  ];

  /** Each page in turn, on a site and in a window of its own. */
  async function eachPage(
    shown: readonly State[],
    options: BrowserContextOptions,
    look: (opened: Page, name: string) => Promise<void>,
  ) {
    for (const [name, open, topics] of shown) {
      site = await openUnsubscribeSite(topics ? { page } : { page, topics: [] }, { canSend: true });
      const address = name === 'page' ? longAddress : undefined;
      const claims = { ...(address && { address }), ...(topics && { listTopic: 'news' }) };
      const opened = await visit(site.url(claims), options);
      await open(opened);
      await look(opened, name);
      await opened.context().close();
      openPages.splice(0);
      await site.close();
    }
  }

  const longest = states.filter(([name]) =>
    ['topics', 'done', 'confirmation', 'return-topics'].includes(name),
  );
  const looks = [
    ['en-GB', 'light', 1280, states],
    ['en-GB', 'dark', 320, states],
    ['de-DE', 'dark', 1280, longest],
    // a window of 360 px at a zoom of 200 %
    ['de-DE', 'light', 180, states],
    ['fr-FR', 'dark', 320, longest],
    ['es-ES', 'light', 320, longest],
    ['it-IT', 'dark', 320, longest],
    ['pt-BR', 'light', 320, longest],
    ['nl-NL', 'dark', 320, longest],
    ['ja-JP', 'light', 320, longest],
    ['zh-CN', 'dark', 320, longest],
  ] as const;
  for (const [locale, colorScheme, width, shown] of looks) {
    it(`are readable and operable in ${locale}, ${colorScheme}, ${width} px wide`, () =>
      eachPage(shown, { locale, colorScheme, viewport: { width, height: 720 } }, async (opened, name) => {
        const file = `${name}-${locale.slice(0, 2)}-${colorScheme}-${width}.png`;
        await opened.screenshot({ path: path.join(screenshots, file), fullPage: true });
        await assertAccessible(opened, locale.slice(0, 2));
      }));
  }

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`leave nothing for axe-core to find, ${colorScheme}`, () =>
      // scripts for the auditor only: the page has none, and its policy would let none in
      eachPage(states, { colorScheme, javaScriptEnabled: true, bypassCSP: true }, async (opened, name) => {
        assert.deepEqual(await violationsIn(opened), [], name);
      }));
  }
});

/** Rule and place of everything axe-core objects to, best practices included. */
async function violationsIn(opened: Page): Promise<string[]> {
  await opened.addScriptTag({ content: axe.source });
  const { violations } = (await opened.evaluate('axe.run()')) as AxeResults;
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

/** By hand what an audit would look at: language, structure, names, sizes, reflow, visible focus, contrast. */
async function assertAccessible(opened: Page, language: string): Promise<void> {
  const facts = await opened.evaluate(() => {
    const all = (selector: string) => [...document.querySelectorAll<HTMLElement>(selector)];
    const controls = all('a, button, input:not([type=hidden])');
    return {
      lang: document.documentElement.lang,
      title: document.title,
      headings: all('h1, h2, h3, h4, h5, h6').map(({ tagName }) => tagName),
      landmarks: all('header, main').map(({ tagName }) => tagName),
      unnamed: all('img:not([alt]), img[alt=""], svg:not([aria-hidden=true])').length,
      unlabelled: all('input:not([type=hidden])').filter(
        (input) => !input.closest('label')?.textContent?.trim(),
      ).length,
      unnamedGroups: all('fieldset').filter((set) => !set.querySelector('legend')?.textContent?.trim())
        .length,
      ids: all('[id]').map(({ id }) => id),
      small: controls
        .map((control) => (control.closest('label') ?? control).getBoundingClientRect())
        .filter(({ width, height }) => width < 24 || height < 32).length,
      overflow: document.documentElement.scrollWidth - window.innerWidth,
      tabIndexes: all('[tabindex], [autofocus], [accesskey]').length,
    };
  });
  assert.equal(facts.lang.split('-')[0], language);
  assert.match(facts.title, /^\S.* – Fernway$/);
  assert.deepEqual(facts.headings, ['H1']);
  assert.deepEqual(facts.landmarks, ['HEADER', 'MAIN']);
  const { unnamed, unlabelled, unnamedGroups, small, tabIndexes } = facts;
  assert.deepEqual(
    { unnamed, unlabelled, unnamedGroups, small, tabIndexes },
    { unnamed: 0, unlabelled: 0, unnamedGroups: 0, small: 0, tabIndexes: 0 },
  );
  assert.equal(new Set(facts.ids).size, facts.ids.length);
  assert.ok(facts.overflow <= 0, `${facts.overflow} px too wide`);
  assert.deepEqual(await dullTexts(opened), []);
  await assertFocusSeen(opened);
}

/** Texts whose contrast with what is behind them is below WCAG 2.2 §1.4.3. */
function dullTexts(opened: Page): Promise<string[]> {
  return opened.evaluate(() => {
    const channels = (colour: string) => (colour.match(/[\d.]+/g) ?? []).map(Number);
    const luminance = (colour: string) => {
      const [r = 0, g = 0, b = 0] = channels(colour)
        .slice(0, 3)
        .map((channel) => channel / 255)
        .map((channel) => (channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const behind = (element: Element | null): string => {
      if (!element) return 'rgb(255, 255, 255)';
      const colour = getComputedStyle(element).backgroundColor;
      return channels(colour)[3] === 0 ? behind(element.parentElement) : colour;
    };
    const holdsText = (element: Element) =>
      [...element.childNodes].some((child) => child.nodeType === 3 && child.textContent?.trim());
    return [...document.body.querySelectorAll('*')].filter(holdsText).flatMap((element) => {
      const pair = [luminance(getComputedStyle(element).color), luminance(behind(element))];
      const contrast = (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
      return contrast < 4.5 ? [`${element.tagName} ${element.textContent} ${contrast.toFixed(2)}`] : [];
    });
  });
}

/** Every control that Tab reaches shows it. */
async function assertFocusSeen(opened: Page): Promise<void> {
  const count = await opened.locator('a, button, input:not([type=hidden])').count();
  for (let at = 0; at < count; at += 1) {
    await opened.keyboard.press('Tab');
    const outline = await opened.evaluate(() => {
      const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement ?? document.body);
      return outlineStyle === 'none' ? 0 : Number.parseFloat(outlineWidth);
    });
    assert.ok(outline >= 2, `outline of ${outline} px`);
  }
}
