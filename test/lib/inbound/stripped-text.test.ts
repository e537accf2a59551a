import assert from 'node:assert/strict';
import { strippedHtml, strippedText } from '../../../nodes/lib/inbound/stripped-text.ts';

const quote = '> Thank you for your order.\n> Bye';

describe('strippedText', () => {
  const attributions = [
    'On Tue, Mar 3, 2026 at 9:14 AM Ours <news@ours.example> wrote:',
    'On Tue, Mar 3, 2026 at 9:14 AM Ours\n<news@ours.example> wrote:',
    'Am Di., 3. März 2026 um 09:14 Uhr schrieb Ours <news@ours.example>:',
    'Am 03.03.26 um 09:14 schrieb Ours:',
    'Le mar. 3 mars 2026 à 09:14, Ours <news@ours.example> a écrit :',
    'El mar, 3 mar 2026 a las 9:14, Ours (<news@ours.example>) escribió:',
    'Il giorno mar 3 mar 2026 alle ore 09:14 Ours <news@ours.example> ha scritto:',
    'Em ter., 3 de mar. de 2026 às 09:14, Ours <news@ours.example> escreveu:',
    'Op di 3 mrt 2026 om 09:14 schreef Ours <news@ours.example>:',
    'Den tis 3 mars 2026 kl 09:14 skrev Ours <news@ours.example>:',
    'W dniu 3.03.2026 o 09:14, Ours napisał(a):',
    'вт, 3 мар. 2026 г. в 09:14, Ours <news@ours.example> пишет:',
    '2026年3月3日 9:14 Ours <news@ours.example>のメール:',
    '2026-03-03 09:14 GMT+01:00 Ours <news@ours.example> wrote:',
  ];
  for (const line of attributions) {
    it(`cuts at “${line.slice(0, 40)}…”`, () => {
      assert.equal(strippedText(`Thanks!\n\n${line}\n${quote}`), 'Thanks!');
    });
  }

  const separators = [
    '-----Original Message-----\nFrom: Ours\nSent: Tuesday\nTo: Bob\nSubject: x\n\nold',
    '-----Ursprüngliche Nachricht-----\nVon: Ours\n\nold',
    '________________________________\nFrom: Ours <news@ours.example>\nSent: Tuesday, March 3\nTo: Bob\nSubject: Order\n\nold',
    'From: Ours <news@ours.example>\nSent: Tuesday, March 3\nTo: Bob\nSubject: Order\n\nold',
    'Von: Ours <news@ours.example>\nGesendet: Dienstag\nAn: Bob\nBetreff: Bestellung\n\nold',
    '*De :* Ours\n*Envoyé :* mardi\n*À :* Bob\n*Objet :* Commande\n\nold',
    '差出人: Ours\n送信日時: 2026\n宛先: Bob\n件名: 注文\n\nold',
    '-- \nBob\nBob Ltd',
    '--\nBob',
  ];
  for (const rest of separators) {
    it(`cuts at “${rest.slice(0, 30).replace(/\n/g, ' ')}…”`, () => {
      assert.equal(strippedText(`Thanks!\n\n${rest}`), 'Thanks!');
    });
  }

  const kept = [
    'On Monday I wrote:\nbuy milk',
    'From: Berlin\nwith love',
    'We discussed this on Monday: she wrote: no.',
    'a -- b',
    '--- nothing ---',
    'FYI\n\n---------- Forwarded message ---------\nFrom: Ours\nDate: Tue\nSubject: Order\nTo: Bob\n\nkept',
    'FYI\n\nBegin forwarded message:\n\nFrom: Ours\nSubject: Order\nDate: Tue\nTo: Bob\n\nkept',
  ];
  for (const text of kept) {
    it(`keeps “${text.slice(0, 40).replace(/\n/g, ' ')}…”`, () => assert.equal(strippedText(text), text));
  }

  it('keeps answers between the quotes', () => {
    assert.equal(strippedText('> one?\nyes\n\n> two?\nno'), 'yes\n\nno');
  });

  it('is empty for a mail of nothing but quotes', () => assert.equal(strippedText(quote), ''));
});

describe('strippedHtml', () => {
  const quoted = [
    '<div class="gmail_quote"><div>On Tue, Ours wrote:</div><blockquote>old</blockquote></div>',
    '<div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>From:</b> Ours</div><div>old</div>',
    '<blockquote type="cite">old</blockquote>',
    '<div class="moz-cite-prefix">On Tue, Ours wrote:</div><blockquote>old</blockquote>',
    '<p><b>Von:</b> Ours<br><b>Gesendet:</b> Dienstag<br><b>An:</b> Bob<br><b>Betreff:</b> x</p><p>old</p>',
  ];
  for (const quote of quoted) {
    it(`cuts at ${quote.slice(0, 40)}…`, () => {
      assert.equal(strippedHtml(`<style>p{}</style><p>Thanks &amp; bye!</p>${quote}`), 'Thanks & bye!');
    });
  }

  it('keeps an answer below the quote', () => {
    assert.equal(strippedHtml('<blockquote>old</blockquote><p>new</p>').includes('new'), true);
  });
});
