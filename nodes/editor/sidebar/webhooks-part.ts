import type { WebhookOverview } from '../../lib/overview/app-overview.ts';
import { callAdmin } from '../call-admin.ts';
import { timeText } from '../time-text.ts';
import { keyedList } from './keyed-list.ts';
import type { Part } from './part.ts';
import { openSection } from './section.ts';
import { setText } from './set-text.ts';
import { sidebarButton, sureButton } from './sidebar-button.ts';
import type { SidebarRoom } from './sidebar-view.ts';

/** Where webhooks go, how many wait, and what was given up. */
export function webhooksPart(room: SidebarRoom): Part {
  const section = openSection(room.words._('email-sidebar.section.webhooks'));
  const list = $('<ul class="email-cards">').appendTo(section.body);
  const show = keyedList<WebhookOverview>(list, {
    keyOf: ({ nodeId }) => nodeId,
    open: ({ nodeId }) => webhookRow(room, nodeId),
  });
  return {
    element: section.element,
    update({ webhooks }) {
      section.toggle(webhooks.length > 0);
      show(webhooks);
    },
  };
}

function webhookRow(room: SidebarRoom, nodeId: string) {
  const name = $('<b>');
  const host = $('<span class="email-why">');
  const sentence = $('<p>');
  const post = (what: string) => room.attempt(() => callAdmin('POST', `webhook/${nodeId}/${what}`, {}));
  const redeliver = sureButton(room, { icon: 'repeat', name: 'redeliver', scope: 'write' }, () =>
    post('redeliver'),
  );
  const enable = sureButton(room, { icon: 'play', name: 'enable', scope: 'write' }, () => post('enable'));
  const reveal = sidebarButton(room, { icon: 'crosshairs', name: 'reveal' }, () => RED.view.reveal(nodeId));
  const element = $('<li>').append(
    $('<div>').append(name, ' ', host),
    sentence,
    $('<div class="email-sidebar-buttons">').append(redeliver, enable, reveal.element),
  );
  return {
    element,
    update(webhook: WebhookOverview) {
      const { dead, disabled } = webhook;
      element.attr('data-level', disabled || dead > 0 ? 'warning' : '');
      setText(name, webhook.name || webhook.host);
      setText(host, webhook.name ? webhook.host : '');
      setText(sentence, webhookSentence(room, webhook));
      redeliver.toggleClass('email-hidden', dead === 0);
      enable.toggleClass('email-hidden', !disabled);
    },
  };
}

function webhookSentence({ words }: SidebarRoom, webhook: WebhookOverview): string {
  const { waiting, dead, oldestAt, disabled } = webhook;
  const word = (key: string, values = {}) => words._(`email-sidebar.webhook.${key}`, values);
  return [
    disabled && word('disabled'),
    waiting > 0 && word('waiting', { count: waiting.toLocaleString() }),
    waiting > 0 && oldestAt && word('oldest', { time: timeText(oldestAt) }),
    dead > 0 && word('dead', { count: dead.toLocaleString() }),
    !disabled && waiting + dead === 0 && word('calm'),
  ]
    .filter(Boolean)
    .join(' ');
}
