// The part of Node-RED's editor that these dialogs use.

interface EditorNode {
  readonly id: string;
  readonly type: string;
  readonly _def: NodeDefinition;
  _(key: string, values?: Record<string, string | number>): string;
  name?: string;
  d?: boolean;
  [property: string]: unknown;
}

interface NodeProperty {
  value?: unknown;
  type?: string;
  required?: boolean;
  label?: string;
  validate?(this: EditorNode, value: string, options: object): boolean | string;
}

interface NodeDefinition {
  category: string;
  color?: string;
  icon?: string;
  inputs?: number;
  outputs?: number;
  outputLabels?(this: EditorNode, index: number): string;
  paletteLabel?(this: EditorNode): string;
  label?(this: EditorNode): string;
  labelStyle?(this: EditorNode): string;
  defaults: Record<string, NodeProperty>;
  credentials?: Record<string, { type: 'text' | 'password' } & NodeProperty>;
  oneditprepare?(this: EditorNode): void;
  oneditsave?(this: EditorNode): void;
  oneditcancel?(this: EditorNode): void;
  oneditdelete?(this: EditorNode): void;
}

interface TypedInputType {
  value: string;
  label: string;
  icon?: string;
  hasValue?: boolean;
  options?: { value: string; label: string }[];
}

interface EditableListOptions<Item> {
  addItem(container: JQuery, index: number, item: Item): void;
  removeItem?(): void;
  sortItems?(): void;
  removable?: boolean;
  sortable?: boolean;
  height?: string;
}

interface EditorTabs {
  addTab(tab: { id: string; label: string }): void;
  activateTab(id: string): void;
}

interface CodeEditor {
  getValue(): string;
  setValue(text: string, cursor?: number): void;
  insert?(text: string): void;
  resize(): void;
  focus(): void;
  destroy(): void;
  getSession(): { on(event: 'change', listener: () => void): void };
}

interface SidebarTab {
  id: string;
  label: string;
  name: string;
  iconClass?: string;
  icon?: string;
  content: JQuery;
  action: string;
  enableOnEdit?: boolean;
  onchange?(): void;
}

interface EditorPlugin {
  type?: string;
  _(key: string, values?: Record<string, string | number>): string;
}

interface EditorNotification {
  close(): void;
}

interface NotificationOptions {
  id?: string;
  type?: 'success' | 'warning' | 'error';
  timeout?: number;
  buttons?: { text: string; class?: string; click(): void }[];
}

declare const RED: {
  nodes: {
    registerType(type: string, definition: NodeDefinition & ThisType<EditorNode>): void;
    node(id: string): EditorNode | null;
    eachConfig(visit: (node: EditorNode) => boolean | undefined): void;
  };
  plugins: {
    registerPlugin(id: string, definition: { type?: string; onadd(this: EditorPlugin): void }): void;
  };
  sidebar: { addTab(tab: SidebarTab): void; show(id: string): void };
  actions: { add(name: string, action: () => void): void };
  user: { hasPermission(permission: string): boolean };
  view: { reveal(id: string): void };
  search: { show(text: string): void };
  notify(message: JQuery | string, options: NotificationOptions): EditorNotification;
  editor: {
    editConfig(property: string, type: string, id: string): void;
    createEditor(options: { id: string; mode: string; value: string; stateId?: string }): CodeEditor;
  };
  clipboard: { copyText(text: string, element: JQuery, message: string): boolean };
  tabs: { create(options: { id: string; onchange(tab: { id: string }): void }): EditorTabs };
  validators: {
    typedInput(options: {
      typeField: string;
      allowBlank?: boolean;
    }): (this: EditorNode, value: string, options: object) => boolean | string;
  };
};

interface JQuery {
  typedInput(options: { types: (string | TypedInputType)[]; default?: string; typeField?: string }): this;
  typedInput(method: 'type' | 'value'): string;
  typedInput(method: 'type' | 'value', value: string): void;
  typedInput(method: 'types', types: (string | TypedInputType)[]): void;
  editableList<Item>(options: EditableListOptions<Item>): this;
  editableList(method: 'items'): JQuery;
  editableList(method: 'addItems', items: readonly object[]): void;
}
