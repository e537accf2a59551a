/** What the runtime half said no with, in words for a person; empty when it said nothing. */
export interface AdminRefusal {
  readonly status: number;
  readonly code: string;
  readonly field?: string;
  readonly text: string;
}

/**
 * Calls the package's part of the admin API with the editor's own session.
 * The header is one that a foreign page cannot send. Rejects with an AdminRefusal, also for an answer that names a `code`.
 */
export async function callAdmin<Answer>(method: string, path: string, body?: object): Promise<Answer> {
  const answer: unknown = await new Promise((resolve, reject) => {
    $.ajax({
      url: `email-app/${path}`,
      method,
      headers: { 'x-email-app': '1' },
      dataType: 'json',
      ...(body && { contentType: 'application/json', data: JSON.stringify(body) }),
      success: resolve,
      error: (request: JQuery.jqXHR) => reject(readRefusal(request.status, request.responseJSON)),
    });
  });
  if (isRefusal(answer)) throw readRefusal(200, answer);
  return answer as Answer;
}

export function isAdminRefusal(error: unknown): error is AdminRefusal {
  return typeof error === 'object' && error !== null && 'status' in error && 'text' in error;
}

function isRefusal(answer: unknown): boolean {
  return typeof answer === 'object' && answer !== null && 'code' in answer;
}

function readRefusal(status: number, answer: unknown): AdminRefusal {
  const said = (typeof answer === 'object' && answer !== null ? answer : {}) as Partial<AdminRefusal>;
  return { status, code: said.code ?? '', field: said.field, text: said.text ?? '' };
}
