import { openSidebar } from './editor/sidebar/open-sidebar.ts';

const id = 'email-app';
const action = 'email-app:show-sidebar';

RED.plugins.registerPlugin('email-app-sidebar', {
  onadd() {
    const words = { _: this._ };
    const { content, seen } = openSidebar(words);
    RED.actions.add(action, () => RED.sidebar.show(id));
    RED.sidebar.addTab({
      id,
      label: words._('email-sidebar.label'),
      name: words._('email-sidebar.label'),
      iconClass: 'fa fa-envelope',
      content,
      action,
      enableOnEdit: true,
      onchange: seen,
    });
  },
});
