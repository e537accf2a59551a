import { markErrors } from './mark-errors.ts';

/** The tabs of an email app's dialog; each shows whether a field of it is wrong. */
export function openTabs(node: EditorNode): void {
  const names = ['general', 'route', 'setup', 'unsubscribe', 'templates', 'inbound', 'delivery'];
  const tabs = RED.tabs.create({
    id: 'email-app-tabs',
    onchange(tab) {
      for (const name of names)
        $(`#email-app-${name}`).toggleClass('email-hidden', tab.id !== `email-app-${name}`);
    },
  });
  for (const name of names) tabs.addTab({ id: `email-app-${name}`, label: node._(`email-app.tab.${name}`) });
  $('#email-app-tabs').on('keydown', 'a', (event) => {
    if (event.key === 'Enter' || event.key === ' ') tabs.activateTab(event.currentTarget.hash.slice(1));
  });
  markErrors(
    $('#email-app-form'),
    names.map((name) => ({
      header: $(`#email-app-tabs a[href="#email-app-${name}"]`).parent(),
      body: $(`#email-app-${name}`),
    })),
  );
}
