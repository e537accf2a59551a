import { mostTopics } from '../lib/settings/most-topics.ts';
import { type Column, openRows } from './editable-rows.ts';
import { isSenderRule, isTopicId } from './field-checks.ts';
import { pickPageLogo } from './page-logo.ts';
import { showWhen } from './show-when.ts';
import { showUnsubscribePreviews } from './unsubscribe-previews.ts';

/** Prepares the tab "Unsubscribe"; its two tables are read with `rowsOf`. */
export function openUnsubscribeTab(node: EditorNode, form: JQuery): void {
  // A flow from before there were headers: they are on as soon as unsubscribing is.
  if (node.unsubscribeHeaders === undefined) $('#node-config-input-unsubscribeHeaders').prop('checked', true);
  if (node.checkCopies === undefined) $('#node-config-input-checkCopies').prop('checked', true);
  openRows($('#node-config-input-skipSenders-list'), skipColumns(node), node.skipSenders);
  openRows($('#node-config-input-topics-list'), topicColumns(node), node.topics);
  pickPageLogo(node);
  showWhen(form, $('#node-config-input-unsubscribeEnabled'), 'unsubscribing');
  showUnsubscribePreviews(node);
}

function skipColumns(node: EditorNode): Column[] {
  return [
    { name: 'sender', kind: 'text', label: node._('email-app.skip.sender'), valid: isSenderRule },
    { name: 'sendAnyway', kind: 'check', label: node._('email-app.skip.send-anyway') },
  ];
}

function topicColumns(node: EditorNode): Column[] {
  return [
    {
      name: 'id',
      kind: 'text',
      label: node._('email-app.topic.id'),
      valid: (id, rows) =>
        isTopicId(id) && rows.filter((row) => row.id === id).length === 1 && rows.length <= mostTopics,
    },
    { name: 'name', kind: 'text', label: node._('email-app.topic.name') },
    { name: 'description', kind: 'text', label: node._('email-app.topic.description') },
  ];
}
