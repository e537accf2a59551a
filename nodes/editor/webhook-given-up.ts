import { callAdmin } from './call-admin.ts';
import { timeText } from './time-text.ts';

/** One that was given up. */
export interface GivenUp {
  readonly id: string;
  readonly type: string;
  readonly url?: string;
  readonly deadAt: number;
  readonly attempts: number;
  readonly why: string;
}

/** The list of what a node gave up; of the chosen one the body, to be delivered again or deleted. */
export function openGivenUpList(
  node: EditorNode,
  attempt: (work: () => Promise<unknown>) => Promise<void>,
): { show(webhooks: readonly GivenUp[]): void } {
  const list = $('#webhook-out-given-up');
  let chosen = '';
  const pathOf = (id: string) => `webhook/${node.id}/dead/${encodeURIComponent(id)}`;
  const press = (button: string, work: () => Promise<unknown>) => $(button).on('click', () => attempt(work));
  press('#webhook-out-redeliver', () => callAdmin('POST', `webhook/${node.id}/redeliver`, { ids: [chosen] }));
  press('#webhook-out-delete', () => callAdmin('DELETE', pathOf(chosen)));

  async function open(id: string): Promise<void> {
    const { body } = await callAdmin<{ body: string }>('GET', pathOf(id));
    $('#webhook-out-body').text(indented(body));
    choose(id);
  }

  function choose(id: string): void {
    chosen = id;
    $('#webhook-out-chosen').toggleClass('email-hidden', id === '');
    list
      .find('button')
      .each((_, button) => button.setAttribute('aria-pressed', String(button.dataset.id === id)));
  }

  return {
    show(webhooks) {
      const rows = webhooks.map((webhook) =>
        $('<li>').append(rowOf(node, webhook).on('click', () => attempt(() => open(webhook.id)))),
      );
      list.empty().append(rows);
      choose(webhooks.some(({ id }) => id === chosen) ? chosen : '');
    },
  };
}

function rowOf(node: EditorNode, { id, type, url, deadAt, attempts, why }: GivenUp): JQuery {
  const tries = node._(`webhook-out.state.${attempts === 1 ? 'tried-once' : 'tried'}`, { count: attempts });
  return $('<button type="button">')
    .attr({ 'data-id': id, title: [url, why].filter(Boolean).join('\n') })
    .append(
      $('<span class="email-mail-subject">').text(type),
      $('<span class="email-mail-time">').text(timeText(deadAt)),
      $('<span class="email-mail-to">').text(why),
      $('<span class="email-mail-size">').text(tries),
    );
}

/** A body is JSON, if not always. */
function indented(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
