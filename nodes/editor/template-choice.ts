import { message } from './typed-fields.ts';

/** Offers the templates of the chosen email app, as it is saved in the editor, and ways to name one in the message. */
export function offerTemplates(node: EditorNode): void {
  const field = $('#node-input-template');
  const app = $('#node-input-app');
  field.typedInput({
    default: 'str',
    types: types(node, app),
    typeField: '#node-input-templateType',
  });
  app.on('change', () => field.typedInput('types', types(node, app)));
}

function types(node: EditorNode, app: JQuery): (string | TypedInputType)[] {
  const options = templateOptions(node, String(app.val() ?? ''));
  return [
    { value: 'str', label: node._('send-email.template.choice'), icon: 'fa fa-list-ul', options },
    ...message,
    'jsonata',
    'env',
  ];
}

/** The empty choice, and a template that the app no longer has, are there so that opening the dialog changes nothing. */
function templateOptions(node: EditorNode, appId: string): { value: string; label: string }[] {
  const ids = templateIds(appId);
  const first = { value: '', label: node._(`send-email.template.${ids.length > 0 ? 'choose' : 'none'}`) };
  const options = [first, ...ids.map((id) => ({ value: id, label: id }))];
  const chosen = node.templateType === 'str' ? String(node.template ?? '') : '';
  if (chosen && !ids.includes(chosen)) {
    options.push({ value: chosen, label: node._('send-email.template.missing', { id: chosen }) });
  }
  return options;
}

/** Ids of an email app's templates without its partials. */
function templateIds(appId: string): string[] {
  const templates = RED.nodes.node(appId)?.templates;
  if (!Array.isArray(templates)) return [];
  return templates.filter(({ partial }) => !partial).map(({ id }) => String(id));
}
