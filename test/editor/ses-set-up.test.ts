import assert from 'node:assert/strict';
import { testKeys } from '../support/aws/aws-world.ts';
import { type AwsStandIn, startAws } from '../support/aws/start-aws.ts';
import { editorSuite, themes } from '../support/editor-suite.ts';
import { nodeRedVersion } from '../support/node-red-version.ts';
import type { OpenEditor } from '../support/open-editor.ts';
import { openZoneServer, type ZoneServer } from '../support/zone-server.ts';

for (const theme of themes) {
  describe(`from an empty dialog to a mail by Amazon SES, Node-RED ${nodeRedVersion}, ${theme}`, function () {
    this.timeout(90_000);

    let zone: ZoneServer;
    let aws: AwsStandIn;
    let editor: OpenEditor;

    const { shot } = editorSuite(this, { theme, pictures: 'ses-' }, async (start) => {
      zone = await openZoneServer();
      aws = await startAws({
        dns: zone.lookup,
        account: { production: false, suppressedReasons: ['BOUNCE', 'COMPLAINT'] },
        dedicatedIpPools: ['fast-lane'],
      });
      ({ editor } = await start({
        flows: [{ id: 'flow1', type: 'tab', label: 'Flow' }],
        settings: { emailAppDnsServers: [zone.address] },
      }));
      await editor.page.setViewportSize({ width: 1280, height: 1150 });
    });

    after(async () => {
      await aws?.close();
      await zone?.close();
    });

    const field = (name: string) => `#node-config-input-${name}`;

    const rows = () => editor.page.locator('#email-app-records-rows tr');
    const enabled = (button: string) =>
      editor.page.locator(`${button}:not(.disabled)`).waitFor({ timeout: 60_000 });

    it('says on the tab Set-up what to do with another route', async () => {
      await editor.edit(await editor.dragFromPalette('send-email'));
      await editor.openConfig('app', 'add');
      await editor.tab('setup');
      assert.match(await editor.textOf('#email-app-setup .form-tips >> nth=0'), /Amazon SES/);
      assert.equal(await editor.page.isVisible('#email-app-records-make'), false);
    });

    it('takes region and keys, and marks what is missing', async () => {
      const { page } = editor;
      await editor.tab('general');
      await page.fill(field('identity'), 'example.com');
      await page.fill(field('sender'), 'Shop <hello@example.com>');
      await editor.tab('route');
      await page.selectOption(field('route'), 'ses');
      assert.equal(await page.isVisible(field('host')), false);
      assert.equal(await page.locator('#email-app-region.input-error').count(), 1);
      await shot('route-empty');
      await page.selectOption('#email-app-region', 'eu-central-1');
      assert.equal(await page.locator('#email-app-region.input-error').count(), 0);
      await page.fill(field('accessKeyId'), testKeys.accessKeyId);
      await page.fill(field('secretAccessKey'), 'wrong');
      await page.click('#email-app-ses-advanced summary');
      await page.fill(field('awsEndpoint'), aws.endpoint);
    });

    it('says in plain words that the keys are wrong', async () => {
      await editor.page.click('#email-app-test-connection');
      assert.match(await editor.answerOf('#email-app-test-answer', 'bad'), /keys/);
      await shot('route-wrong-keys');
    });

    it('connects, and tells of the sandbox', async () => {
      await editor.page.fill(field('secretAccessKey'), testKeys.secretAccessKey);
      await editor.page.click('#email-app-test-connection');
      assert.match(await editor.answerOf('#email-app-test-answer', 'good'), /sandbox/);
      await shot('route-connected');
    });

    it('makes the records and tells which are missing', async () => {
      const { page } = editor;
      await editor.tab('setup');
      assert.equal(await page.inputValue('#email-app-setup-domain'), 'example.com');
      await page.fill(field('setupMailFrom'), 'mail');
      await shot('set-up-empty');
      await page.click('#email-app-records-make');
      await page.locator('#email-app-records-steps li').first().waitFor();
      await shot('set-up-steps');
      const headline = await editor.answerOf('#email-app-records-answer', 'note');
      assert.match(headline, /^5 of 5 records are missing; DNS can take up to 72 hours/);
      assert.match(await editor.textOf('#email-app-records-advice'), /sandbox/);
      // Beside them the advice: SPF and DMARC.
      assert.equal(await rows().count(), 7);
      assert.equal(await editor.isCut('#email-app-form'), false);
      await shot('set-up-missing');
    });

    it('copies one value, and all as a zone file', async () => {
      const { page } = editor;
      await page.evaluate(`RED.clipboard.copyText = (text) => { window.copied = text; }`);
      const first = rows().first();
      await first.locator('button').nth(1).click();
      const value = await first.locator('code').nth(1).textContent();
      assert.equal(await page.evaluate('window.copied'), value);
      await page.click('#email-app-records-zone');
      assert.match(
        String(await page.evaluate('window.copied')),
        /_domainkey\.example\.com\.\t3600\tIN\tCNAME\t/,
      );
    });

    it('names the record that is wrong', async () => {
      const { page } = editor;
      for (const row of (await rows().all()).slice(0, 5)) await publish(row);
      zone.add('TXT', '_dmarc.example.com', 'v=DMARC1; p=none');
      zone.add('TXT', 'example.com', 'v=spf1 -all');
      await page.click('#email-app-records-look');
      assert.match(await editor.answerOf('#email-app-records-answer', 'good'), /^Verified\. You can send/);
      const spf = rows().filter({ hasText: 'SPF' }).last();
      assert.match(String(await spf.textContent()), /v=spf1 -all/);
      assert.equal(
        (await page.locator('#email-app-records-rows .email-record-state.good').count()) >= 8,
        true,
      );
      await page.locator('#email-app-records-answer').scrollIntoViewIfNeeded();
      await shot('set-up-verified');
    });

    async function publish(row: ReturnType<typeof rows>): Promise<void> {
      const type = (await row.locator('.email-record-type').textContent()) as 'TXT' | 'CNAME' | 'MX';
      const [name = '', value = ''] = await row.locator('code').allInnerTexts();
      zone.add(type, name, type === 'MX' ? `10 ${value}` : value);
    }

    it('shows the least rights for what is ticked', async () => {
      const { page } = editor;
      await page.click('#email-app-policy-section summary');
      await page.locator('#email-app-policy:has-text("ses:SendRawEmail")').waitFor();
      assert.doesNotMatch(await editor.textOf('#email-app-policy'), /s3:/);
      await page.check('#email-app-policy-features input[value="inbound"]');
      await page.locator('#email-app-policy:has-text("s3:GetObject")').waitFor();
      await page.locator('#email-app-policy-section').scrollIntoViewIfNeeded();
      await shot('set-up-policy');
      await page.click('#email-app-policy-section summary');
    });

    it('tells what it will make for events, then makes it', async () => {
      const { page } = editor;
      await page.click('#email-app-events-section summary');
      await page.click('#email-app-events-look');
      await page.locator('#email-app-events-plan li').first().waitFor({ timeout: 60_000 });
      assert.equal(await page.locator(`${field('setupPool')} option[value="fast-lane"]`).count(), 1);
      assert.equal(aws.state.ses.configurationSets.size, 0);
      await page.locator('#email-app-events-section').scrollIntoViewIfNeeded();
      await shot('set-up-events-plan');
      await page.click('#email-app-events-run');
      await editor.answerOf('#email-app-events-answer', 'good');
      assert.equal(aws.state.ses.configurationSets.size, 1);
      assert.match(await page.inputValue(field('configurationSet')), /^email-app-/);
      await shot('set-up-events-done');
      await page.click('#email-app-events-section summary');
    });

    it('tries it all out and says what works', async () => {
      const { page } = editor;
      await page.click('#email-app-selftest-section summary');
      await page.click('#email-app-selftest-run');
      await enabled('#email-app-selftest-run');
      assert.match(await editor.textOf('#email-app-selftest-steps'), /The keys work/);
      await page.locator('#email-app-selftest-section').scrollIntoViewIfNeeded();
      await shot('set-up-selftest');
      await page.click('#email-app-selftest-section summary');
    });

    it('makes what receiving needs', async () => {
      const { page } = editor;
      await page.check(field('setupReceive'));
      await page.fill(field('setupInbound'), 'replies');
      await page.click('#email-app-inbound-section summary');
      await page.click('#email-app-inbound-look');
      await page.locator('#email-app-inbound-plan li').first().waitFor({ timeout: 60_000 });
      await page.click('#email-app-inbound-run');
      await editor.answerOf('#email-app-inbound-answer', 'good');
      assert.equal(aws.state.s3.buckets.size, 1);
      await page.locator('#email-app-inbound-section').scrollIntoViewIfNeeded();
      await shot('set-up-inbound-done');
      await page.click('#email-app-inbound-section summary');
    });

    it('leaves nothing for axe-core to find', async () => {
      for (const part of ['policy', 'events', 'selftest'])
        await editor.page.click(`#email-app-${part}-section summary`);
      assert.deepEqual(await editor.barriersOf('#email-app-form'), []);
      await editor.tab('route');
      assert.deepEqual(await editor.barriersOf('#email-app-form'), []);
    });

    it('sends a test mail before anything was deployed', async () => {
      const { page } = editor;
      aws.state.verify('ann@example.net');
      const before = aws.state.sent.length;
      await editor.tab('route');
      await page.click('#email-app-test-mail');
      await page.fill('#email-app-test-to', 'ann@example.net');
      await page.click('#email-app-test-send');
      assert.match(await editor.answerOf('#email-app-test-answer', 'good'), /ann@example\.net/);
      assert.equal(aws.state.sent.length, before + 1);
      await shot('route-sent');
    });

    it('lists the configuration sets of the account', async () => {
      const { page } = editor;
      await page.click('#email-app-sets-load');
      await page.locator('#email-app-sets-row').waitFor();
      assert.equal(await page.locator('#email-app-sets option').count(), 2);
    });

    it('keeps the keys to itself after they were saved', async () => {
      const { page } = editor;
      await editor.finish('node-config-dialog-ok');
      await editor.finish('node-dialog-ok');
      await editor.deploy();
      await editor.reload();
      assert.doesNotMatch(
        String(await page.evaluate('JSON.stringify(RED.nodes.createCompleteNodeSet())')),
        /AKIA/,
      );
    });

    it('takes the list of the account over, once the app runs', async () => {
      const { page } = editor;
      const gone = { address: 'gone@example.net', reason: 'BOUNCE', at: Date.now() } as const;
      aws.state.ses.suppressed.set(gone.address, gone);
      await editor.edit(String(await page.evaluate(`RED.nodes.filterNodes({ type: 'send-email' })[0].id`)));
      await editor.openConfig('app', 'edit');
      await editor.tab('setup');
      await page.click('#email-app-suppression-section summary');
      await page.click('.email-app-suppression-deed[data-deed="take"]');
      await page.locator('#email-app-suppression-steps .good').waitFor({ timeout: 30_000 });
      assert.match(
        await editor.textOf('#email-app-suppression-steps'),
        /Taken over from the account’s list: 1/,
      );
      await editor.answerOf('#email-app-suppression-answer', 'note');
      await shot('set-up-suppression');
    });

    it('has no stray request and no error', () => {
      assert.deepEqual(editor.strayRequests, []);
      assert.deepEqual(editor.pageErrors, []);
    });
  });
}
