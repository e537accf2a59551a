import { type BodyEditors, type BodyPlace, openBodyEditors } from './body-editors.ts';
import { showAnswer } from './show-answer.ts';
import { isGoodDraft, TemplateDrafts } from './template-drafts.ts';
import { hasUnsubscribeTag, type TemplateDraft } from './unsubscribe-tag.ts';

/** The tab "Templates": a list of templates and partials, and the chosen one to edit. Returns what ends it. */
export function openTemplatesTab(node: EditorNode): () => void {
  const drafts = new TemplateDrafts(node.templates);
  let editors: BodyEditors | undefined;

  const show = (): void => {
    showForm(drafts);
    // Without a template there is no place yet that a code editor could measure.
    if (drafts.chosen && editors) editors.load();
    else if (drafts.chosen) editors = openBodyEditors(bodyPlace(node, drafts, change));
    refresh();
  };
  const refresh = (): void => {
    const rows = drafts.all.map((draft) => row(node, draft, drafts));
    templateList().empty().append(rows).trigger('change');
    showHints(node, drafts);
  };
  const change = (changes: Partial<TemplateDraft>): void => {
    if (drafts.chosen) Object.assign(drafts.chosen, changes);
    refresh();
  };

  templateList().data('value', () => drafts.all);
  templateList().on('click', 'button', (event) => {
    drafts.chosen = drafts.all[$(event.currentTarget).parent().index()];
    show();
  });
  wireButtons(node, drafts, show);
  wireFields(change);
  $('#email-app-tabs').on('click keydown', () => editors?.show());
  show();
  return () => editors?.close();
}

/** What is saved: the templates as they are on the screen. */
export function presentTemplates(): TemplateDraft[] {
  return (templateList().data('value') as () => TemplateDraft[])();
}

const templateList = () => $('#node-config-input-templates-list');

function wireButtons(node: EditorNode, drafts: TemplateDrafts, show: () => void): void {
  const add = (draft: TemplateDraft | undefined): void => {
    if (!draft) return;
    drafts.add(draft);
    show();
    $('#email-app-template-id').trigger('focus').trigger('select');
  };
  $('#email-app-template-add').on('click', () => add(emptyDraft('template')));
  $('#email-app-partial-add').on('click', () => add(footerDraft(node)));
  $('#email-app-template-copy').on('click', () => add(drafts.chosen));
  $('#email-app-template-delete').on('click', () => {
    drafts.remove();
    show();
  });
}

function wireFields(change: (changes: Partial<TemplateDraft>) => void): void {
  const id = $('#email-app-template-id');
  const subject = $('#email-app-template-subject');
  id.on('input', () => change({ id: String(id.val()).trim() }));
  subject.on('input', () => change({ subject: String(subject.val()) }));
}

function showForm({ all, chosen }: TemplateDrafts): void {
  const buttons = $('#email-app-template-copy, #email-app-template-delete');
  buttons.prop('disabled', !chosen).toggleClass('disabled', !chosen);
  $('#email-app-templates-empty').toggleClass('email-hidden', all.length > 0);
  $('#email-app-template').toggleClass('email-hidden', !chosen);
  if (!chosen) return;
  $('#email-app-template-id').val(chosen.id);
  $('#email-app-template-subject').val(chosen.subject);
  $('#email-app-template-subject-row').toggleClass('email-hidden', chosen.partial);
}

function row(node: EditorNode, draft: TemplateDraft, { all, chosen }: TemplateDrafts): JQuery {
  const kind = node._(`email-app.template.${draft.partial ? 'partial' : 'template'}`);
  const button = $('<button type="button">')
    .attr('aria-pressed', String(draft === chosen))
    .toggleClass('input-error', !isGoodDraft(draft, all))
    .append(
      $('<span class="email-mail-subject">').text(draft.id || '…'),
      $('<span class="email-mail-time">').text(kind),
      $('<span class="email-mail-to">').text(draft.subject),
    );
  return $('<li>').append(button);
}

/** The missing link is a hint, not an error: only mail of class marketing needs one. */
function showHints(node: EditorNode, { all, chosen }: TemplateDrafts): void {
  if (!chosen) return;
  const { id, partial } = chosen;
  $('#email-app-template-id').toggleClass('input-error', !isGoodDraft(chosen, all));
  $('#email-app-partial-use').text(partial ? node._('email-app.template.use', { tag: `{{> ${id}}}` }) : '');
  const place = $('#email-app-template-tag');
  if (hasUnsubscribeTag(chosen, all)) showAnswer(place, 'good', node._('email-app.template.has-tag'));
  else if (partial) place.empty();
  else showAnswer(place, 'note', node._('email-app.template.no-tag'));
}

function bodyPlace(
  node: EditorNode,
  drafts: TemplateDrafts,
  change: (changes: Partial<TemplateDraft>) => void,
): BodyPlace {
  return {
    node,
    prefix: 'email-app-template',
    read: (part) => drafts.chosen?.[part] ?? '',
    write: (part, text) => change({ [part]: text }),
    subject: () => drafts.chosen?.subject ?? '',
    partials: () => drafts.all.filter(({ partial }) => partial),
    wholeText: () => drafts.wholeText(),
  };
}

const emptyDraft = (id: string): TemplateDraft => ({ id, partial: false, subject: '', html: '', text: '' });

function footerDraft(node: EditorNode): TemplateDraft {
  const leave = node._('email-app.template.leave');
  return {
    ...emptyDraft('footer'),
    partial: true,
    html: `<p><a href="{{unsubscribe_url}}">${leave}</a></p>\n`,
    text: `${leave}: {{unsubscribe_url}}\n`,
  };
}
