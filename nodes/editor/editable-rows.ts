/** One field of a row. */
export interface Column {
  readonly name: string;
  readonly kind: 'text' | 'check';
  /** Placeholder of a text, words beside a check box. */
  readonly label: string;
  /** An empty text is judged too. */
  readonly valid?: (text: string, rows: readonly Row[]) => boolean;
}

export type Row = Record<string, unknown>;

/** Makes the list a table to edit; its rows, read with `rowsOf`, follow what is typed. */
export function openRows(list: JQuery, columns: readonly Column[], rows: unknown): void {
  list.editableList({
    addItem(container, _index, row: Row) {
      container.addClass('email-row').append(columns.map((column) => rowField(list, column, row)));
      mark(list, columns);
    },
    removeItem: () => changed(list, columns),
    sortItems: () => changed(list, columns),
    removable: true,
    sortable: true,
    height: 'auto',
  });
  list.on('change input', () => mark(list, columns));
  // A copy: what is typed and then cancelled must not reach the node.
  list.editableList('addItems', structuredClone(Array.isArray(rows) ? rows : []));
}

/** The rows as they are on the screen, those without any text left out. */
export function rowsOf(list: JQuery): Row[] {
  return presentRows(list).filter((row) =>
    Object.values(row).some((value) => String(value).trim() && value !== false),
  );
}

function presentRows(list: JQuery): Row[] {
  return (
    list
      .editableList('items')
      .toArray()
      // a removed row stays on the screen until its animation ends
      .filter((item) => !$(item).closest('li').hasClass('red-ui-editableList-item-deleting'))
      .map((item) => $(item).data('data') as Row)
  );
}

function rowField(list: JQuery, column: Column, row: Row): JQuery {
  return column.kind === 'check' ? checkField(list, column, row) : textField(list, column, row);
}

function textField(list: JQuery, { name, label }: Column, row: Row): JQuery {
  const input = $('<input type="text" autocomplete="off" spellcheck="false">')
    .attr({ placeholder: label, 'aria-label': label, 'data-column': name })
    .val(String(row[name] ?? ''));
  row[name] ??= '';
  return input.on('input', () => {
    row[name] = String(input.val()).trim();
    list.trigger('change');
  });
}

function checkField(list: JQuery, { name, label }: Column, row: Row): JQuery {
  const input = $('<input type="checkbox">').prop('checked', row[name] === true);
  row[name] = row[name] === true;
  input.on('change', () => {
    row[name] = input.prop('checked');
    list.trigger('change');
  });
  return $('<label class="email-check">').append(input, $('<span>').text(label));
}

function changed(list: JQuery, columns: readonly Column[]): void {
  mark(list, columns);
  list.trigger('change');
}

function mark(list: JQuery, columns: readonly Column[]): void {
  const rows = presentRows(list);
  for (const { name, valid } of columns) {
    if (!valid) continue;
    list.find(`[data-column="${name}"]`).each((_, input) => {
      const text = String($(input).val()).trim();
      const blank = text === '' && isBlankRow($(input));
      $(input).toggleClass('input-error', !blank && !valid(text, rows));
    });
  }
}

function isBlankRow(input: JQuery): boolean {
  return input
    .parent()
    .find('input[type="text"]')
    .toArray()
    .every((field) => $(field).val() === '');
}
