import assert from 'node:assert/strict';
import type { Locator, Request } from 'playwright-core';
import type { AppOverview, ClosedApp } from '../../nodes/lib/overview/app-overview.ts';
import { editorSuite, themes } from '../support/editor-suite.ts';
import { nodeRedVersion } from '../support/node-red-version.ts';
import type { OpenEditor } from '../support/open-editor.ts';
import { closedApp, goodApp, troubledApp } from '../support/sample-overview.ts';

const app = (id: string, name: string) => ({
  id,
  type: 'email-app',
  name,
  appId: `sidebarsidebar0${id.at(-1)}`,
  identity: 'example.com',
  sender: 'shop@example.com',
  route: 'none',
});
const place = { z: 'flow1', x: 300 };
const flows = [
  { id: 'flow1', type: 'tab', label: 'Flow' },
  app('app1', 'Shop'),
  app('app2', 'Newsletter'),
  { ...place, id: 'send1', type: 'send-email', app: 'app1', y: 120, wires: [[], [], []] },
  {
    ...place,
    id: 'hook1',
    type: 'webhook-out',
    app: 'app2',
    url: 'https://crm.example.com',
    y: 200,
    wires: [[], []],
  },
];
const widths = [180, 300, 800];

for (const theme of themes) {
  describe(`the sidebar on Node-RED ${nodeRedVersion}, ${theme}`, function () {
    this.timeout(60_000);

    let editor: OpenEditor;
    /** What Node-RED is made to answer, instead of what its own apps would. */
    let apps: (AppOverview | ClosedApp)[] = [goodApp];
    let status = 200;
    let asked = 0;
    const posted: string[] = [];

    const { shot } = editorSuite(this, { theme, pictures: 'sidebar-' }, async (start) => {
      ({ editor } = await start({ flows }));
      await editor.page.setViewportSize({ width: 1500, height: 1000 });
      await editor.page.route('**/email-app/apps', (route) => {
        asked += 1;
        return route.fulfill({ status, json: status === 200 ? { apps } : {} });
      });
      const note = (request: Request) => {
        if (request.method() === 'POST') posted.push(new URL(request.url()).pathname);
      };
      for (const path of [
        'webhook/*/redeliver',
        'webhook/*/enable',
        '*/inbound/retry',
        '*/pause',
        '*/resume',
      ])
        await editor.page.route(`**/email-app/${path}`, (route) => {
          note(route.request());
          return route.fulfill({ json: { count: 1 } });
        });
    });

    const tab = () => editor.page.locator('.email-sidebar');
    const section = (title: string): Locator =>
      tab().locator('details', { has: editor.page.locator('summary', { hasText: title }) });
    const button = (name: string | RegExp) => tab().getByRole('button', { name });
    const seen = (text: string) => tab().getByText(text).first().waitFor();
    const choose = (name: string) => tab().locator('.email-chooser').selectOption({ label: name });

    /** As a person would who drags its edges: so wide, and in Node-RED 5 over the whole height. */
    async function widen(width: number): Promise<void> {
      await tab().evaluate((element, wide) => {
        const bar = element.closest<HTMLElement>('#red-ui-sidebar, .red-ui-sidebar');
        if (bar) bar.style.width = `${wide}px`;
        const top = element.closest<HTMLElement>('.red-ui-sidebar-section');
        if (top) top.style.height = 'calc(100% - 40px)';
      }, width);
    }

    const cut = () =>
      tab().evaluate((element) =>
        [...element.querySelectorAll<HTMLElement>('*')]
          .filter(
            (e) =>
              e.checkVisibility() &&
              !e.closest('.email-table, .email-unseen') &&
              getComputedStyle(e).clipPath === 'none',
          )
          .filter((e) => e.getBoundingClientRect().right > element.getBoundingClientRect().right + 1)
          .map((e) => `${e.className} ${e.textContent}`),
      );

    /** Looks at the tab as wide as this, from its top to its end. */
    async function look(name: string): Promise<void> {
      for (const width of widths) {
        await editor.page.setViewportSize({ width: width + 600, height: 1800 });
        await widen(width);
        await shot(`${name}-${width}`);
        assert.deepEqual(await cut(), [], `${width}`);
        assert.deepEqual(await editor.barriersOf('.email-sidebar'), [], `${width}`);
      }
      await editor.page.setViewportSize({ width: 1500, height: 1000 });
      await widen(300);
    }

    it('asks for nothing before it is seen', async () => {
      await editor.page.waitForTimeout(2500);
      assert.equal(asked, 0);
    });

    it('is shown by its action', async () => {
      await editor.page.evaluate("RED.actions.invoke('email-app:show-sidebar')");
      await seen('shop.example.com');
      assert.equal(await tab().locator('.email-chooser').isVisible(), false, 'there is one app');
    });

    it('says how an app stands', async () => {
      const text = String(await tab().allInnerTexts()).replace(/\s+/g, ' ');
      assert.match(text, /Shop Good shop\.example\.com Sent through Amazon SES in eu-central-1\./);
      assert.match(text, /12,345/);
      assert.match(text, /Up to 14 mails a second\./);
      assert.match(text, /Bounces 0\.72% Good.*Amazon SES reviews at 5% and pauses at 10%\./);
      assert.match(text, /Complaints 0\.01% Good/);
      assert.match(text, /SPF is right/);
      assert.match(text, /To the CRM crm\.example\.com Nothing is waiting\./);
      assert.match(text, /On it: 1,234/);
      await look('good');
    });

    it('draws the hours or the days, and has them as a table', async () => {
      const sent = tab().locator('[data-of="sent"]');
      const mail = section('Mail');
      assert.equal(
        await sent.locator('.email-number').textContent(),
        goodApp.tally.day.sent.toLocaleString(),
      );
      assert.equal(await sent.locator('.email-chart-bars > span').count(), 24);
      await button('Month').click();
      assert.equal(await sent.locator('.email-chart-bars > span').count(), 30);
      assert.equal(
        await sent.locator('.email-number').textContent(),
        goodApp.tally.month.sent.toLocaleString(),
      );
      assert.match(
        (await sent.getByRole('img').getAttribute('aria-label')) ?? '',
        /last 30 days: [\d,]+ sent/,
      );
      await mail.getByText('As a table').click();
      assert.equal(await mail.locator('tbody tr').count(), 30);
      await shot('month');
      await button('Hour').click();
      assert.equal(
        await sent.locator('.email-number').textContent(),
        goodApp.tally.hour.sent.toLocaleString(),
      );
      await mail.getByText('As a table').click();
      await button('Day').click();
    });

    it('changes its numbers while it is looked at, and leaves focus, scroll and folded parts alone', async () => {
      const before = asked;
      await section('Queue').locator('summary').click();
      await section('Queue').locator('summary').click();
      await section('DNS').locator('summary').click();
      await button('Show node').last().focus();
      const page = tab().locator('.email-sidebar-page');
      await page.evaluate((element) => {
        element.scrollTop = 120;
        element.querySelector('h3')?.setAttribute('data-same', '');
      });
      apps = [{ ...goodApp, queue: { ...goodApp.queue, waiting: 777 } }];
      await seen('777');
      assert.ok(asked > before);
      assert.equal(await page.evaluate((element) => element.scrollTop), 120);
      assert.equal(await editor.page.evaluate('document.activeElement.textContent.trim()'), 'Show node');
      assert.equal(await tab().locator('h3[data-same]').count(), 1, 'the same element as before');
      assert.equal(await section('DNS').locator('li').first().isVisible(), false);
      await section('DNS').locator('summary').click();
    });

    it('reads out a change of health, and nothing else', async () => {
      const voice = tab().locator('.email-announcer');
      assert.equal(await voice.textContent(), '');
      const text = 'Somebody paused sending; mail waits until it is resumed.';
      apps = [{ ...goodApp, level: 'warning', remarks: [{ level: 'warning', code: 'paused', text }] }];
      await seen(text);
      assert.equal(await voice.textContent(), `Shop: Warning. ${text}`);
      apps = [goodApp];
      await voice.getByText('Shop: Good.').waitFor();
    });

    it('pauses and resumes, and undoes either', async () => {
      await button('Pause').click();
      const undo = editor.page.locator('.red-ui-notification button', { hasText: 'Undo' });
      await undo.waitFor();
      assert.match(await editor.textOf('.red-ui-notification'), /Shop is paused: its mail waits\./);
      await shot('paused');
      apps = [{ ...goodApp, queue: { ...goodApp.queue, paused: true } }];
      await button('Resume').waitFor();
      await seen('Nothing is sent until it is resumed.');
      await undo.click();
      apps = [goodApp];
      await button('Pause').waitFor();
      assert.deepEqual(posted.splice(0), ['/email-app/app1/pause', '/email-app/app1/resume']);
      apps = [{ ...goodApp, queue: { ...goodApp.queue, marketingPaused: 'complaints' } }];
      await button('Resume').click();
      apps = [goodApp];
      await undo.click();
      await button('Pause').waitFor();
      assert.deepEqual(posted.splice(0), ['/email-app/app1/resume', '/email-app/app1/pause']);
    });

    it('opens the settings of the app, and finds its nodes', async () => {
      await button('Settings').click();
      await editor.page.locator('#node-config-input-identity').waitFor();
      await editor.finish('node-config-dialog-cancel');
      await button('Show nodes').click();
      await editor.page.locator('#red-ui-search input').first().waitFor();
      assert.equal(await editor.page.inputValue('#red-ui-search input'), 'uses:app1');
      await editor.page.keyboard.press('Escape');
      await editor.page.locator('#red-ui-search').waitFor({ state: 'hidden' });
    });

    it('shows of several apps the one that needs a person, and lets another be chosen', async () => {
      apps = [goodApp, troubledApp, closedApp];
      await tab().locator('.email-chooser').waitFor();
      assert.deepEqual(await tab().locator('.email-chooser option').allTextContents(), [
        'Shop – Good',
        'Newsletter – Bad',
        'Broken – Bad',
      ]);
      assert.equal(await tab().locator('h3:visible').textContent(), 'Shop', 'the one that was looked at');
      await choose('Newsletter – Bad');
      await seen('Mail waits for its route, which is tried again: Could not connect');
      assert.equal(await tab().locator('img').count(), 0, 'no markup of strangers');
      const text = String(await tab().allInnerTexts()).replace(/\s+/g, ' ');
      assert.match(text, /Bounces 6\.2% Warning/);
      assert.match(text, /Complaints 0\.34% Bad/);
      assert.match(text, /DKIM is wrong The key is another one\./);
      assert.match(text, /Somebody has to sign in again/);
      assert.match(text, /Kept in PostgreSQL\./);
      assert.match(text, /4 failed and were set aside/);
      await look('troubled');
    });

    it('delivers webhooks again and lets an address be tried again, at the second click', async () => {
      for (const [name, path] of [
        ['Deliver again', 'webhook/hook1/redeliver'],
        ['Enable again', 'webhook/hook1/enable'],
      ] as const) {
        await section('Webhooks').getByRole('button', { name }).click();
        assert.deepEqual(posted, []);
        await section('Webhooks').getByRole('button', { name: 'Sure?' }).click();
        await section('Webhooks').getByRole('button', { name }).waitFor();
        assert.deepEqual(posted.splice(0), [`/email-app/${path}`]);
      }
      await section('Webhooks').getByRole('button', { name: 'Show node' }).click();
    });

    it('tries again what was set aside', async () => {
      const inbound = section('Received mail');
      await inbound.getByRole('button', { name: 'Try again' }).click();
      await inbound.getByRole('button', { name: 'Sure?' }).click();
      await inbound.getByRole('button', { name: 'Try again' }).waitFor();
      assert.deepEqual(posted.splice(0), ['/email-app/app2/inbound/retry']);
    });

    it('shows Gmail’s forwarding code by one click, and no link that is none of the web', async () => {
      let link = 'javascript:alert(1)';
      await editor.page.route('**/email-app/app2/opened/forwarding-code', (route) =>
        route.fulfill({ json: { at: 1, from: 'ann@gmail.com', code: '123456789', link } }),
      );
      const inbound = section('Received mail');
      const show = inbound.getByRole('button', { name: 'Show Gmail’s forwarding code' });
      await show.click();
      await inbound.getByText('123456789').waitFor();
      assert.equal(await inbound.locator('a').count(), 0);
      link = 'https://mail-settings.google.com/mail/vf-1';
      await show.click();
      await inbound.getByRole('link', { name: 'Confirm at mail-settings.google.com' }).waitFor();
      await inbound.getByRole('button', { name: 'Copy' }).click();
      await inbound.getByText('123456789').scrollIntoViewIfNeeded();
      await shot('code');
    });

    it('says why an app could not be opened', async () => {
      await choose('Broken – Bad');
      await seen('The port must be a number from 1 to 65535.');
      await look('closed');
      await choose('Shop – Good');
    });

    it('goes from one view to another, with the keyboard too', async () => {
      const view = (name: string) => tab().getByRole('tab', { name });
      await view('Overview').focus();
      await editor.page.keyboard.press('ArrowRight');
      assert.equal(await view('Messages').getAttribute('aria-selected'), 'true');
      assert.equal(await section('Queue').isVisible(), false);
      await shot('messages');
      await view('Overview').click();
      await section('Suppression list').getByRole('button', { name: 'Show' }).click();
      assert.equal(await view('Suppressions').getAttribute('aria-selected'), 'true');
      await view('Overview').click();
      await tab().getByRole('button', { name: '12,345 waiting' }).click();
      assert.equal(await view('Messages').getAttribute('aria-selected'), 'true');
      await view('Overview').click();
    });

    it('says so when Node-RED fails, and keeps what it knew', async () => {
      status = 500;
      await seen('Node-RED answered with an error (500). What you see is older; it is asked for again.');
      assert.equal(await tab().getByText('12,345').first().isVisible(), true);
      await shot('failed-politely');
      status = 200;
      await tab().getByText('What you see is older').waitFor({ state: 'hidden', timeout: 40_000 });
    });

    it('names the permission that is missing, and shows nothing more', async () => {
      status = 401;
      await seen('You need the permission email-app.read.');
      assert.equal(await tab().getByText('12,345').first().isVisible(), false);
      await look('forbidden');
      status = 200;
      await editor.page.evaluate("RED.sidebar.show('info')");
      await editor.page.evaluate("RED.sidebar.show('email-app')");
      await seen('12,345');
    });

    it('says so when there is no app yet', async () => {
      apps = [];
      await seen('There is no email app yet.');
      await shot('empty');
      apps = [goodApp];
      await seen('12,345');
    });

    it('asks Node-RED itself, which really pauses and resumes', async () => {
      await editor.page.unrouteAll();
      await tab().locator('.email-chooser').waitFor();
      await choose('Newsletter – Good');
      await seen('No route: only the suppression list is kept.');
      await button('Pause').click();
      await seen('Somebody paused sending; mail waits until it is resumed.');
      await choose('Newsletter – Warning');
      await button('Resume').click();
      await button('Pause').waitFor();
      await choose('Newsletter – Good');
      assert.deepEqual(await editor.page.locator('.red-ui-notification:visible p').allTextContents(), [
        'Newsletter sends again.',
      ]);
      await look('real');
    });

    it('rests while nobody looks', async () => {
      await editor.page.evaluate("RED.sidebar.show('info')");
      await editor.page.waitForTimeout(300);
      await editor.page.route('**/email-app/apps', (route) => {
        asked += 1;
        return route.continue();
      });
      const before = asked;
      await editor.page.waitForTimeout(3000);
      assert.equal(asked, before);
    });

    it('asks nobody but Node-RED and throws no errors', () => {
      assert.deepEqual([editor.strayRequests, editor.pageErrors], [[], []]);
    });
  });
}

describe(`the sidebar in German on Node-RED ${nodeRedVersion}, for whom may only read`, function () {
  this.timeout(60_000);
  let editor: OpenEditor;

  const { shot } = editorSuite(
    this,
    { theme: 'light', pictures: 'sidebar-de-', locale: 'de-DE' },
    async (start) => {
      const adminAuth = { type: 'credentials', users: [], default: { permissions: ['read', 'flows.write'] } };
      ({ editor } = await start({ flows, settings: { lang: 'de', adminAuth } }));
    },
  );
  const tab = () => editor.page.locator('.email-sidebar');

  it('says everything in German', async () => {
    await editor.page.route('**/email-app/apps', (route) => route.fulfill({ json: { apps: [troubledApp] } }));
    await editor.page.setViewportSize({ width: 900, height: 1900 });
    await editor.page.evaluate("RED.actions.invoke('email-app:show-sidebar')");
    await tab().locator('h3:visible', { hasText: 'Newsletter' }).waitFor();
    const text = String(await tab().allInnerTexts()).replace(/\s+/g, ' ');
    assert.match(text, /Rückläufer 6,2\s% Warnung Amazon SES prüft ab 5\s% und pausiert ab 10\s%\./);
    assert.doesNotMatch(text, /email-sidebar\.|__\w+__/);
    await shot('troubled');
  });

  it('lets nobody press what they may not do, and says which permission it takes', async () => {
    const pause = tab().getByRole('button', { name: 'Anhalten' });
    assert.equal(await pause.isDisabled(), true);
    assert.equal(await pause.getAttribute('title'), 'Dazu brauchen Sie das Recht email-app.write.');
    const code = tab().getByRole('button', { name: 'Weiterleitungscode' });
    assert.equal(await code.getAttribute('title'), 'Dazu brauchen Sie das Recht email-app.decrypt.');
    assert.equal(await tab().getByRole('button', { name: 'Node zeigen' }).isEnabled(), true);
  });

  it('throws no errors', () => {
    assert.deepEqual([editor.strayRequests, editor.pageErrors], [[], []]);
  });
});
