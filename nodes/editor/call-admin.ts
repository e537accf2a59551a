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

/**
 * As `callAdmin`, for long work: the answer comes as lines of JSON, `{step}` while it goes on and `{result}` at its end.
 * Read through jQuery's request, because Node-RED adds the editor's session to that and to nothing else.
 */
export function callAdminLive<Step, Result>(
  path: string,
  body: object,
  onStep: (step: Step) => void,
): Promise<Result> {
  return postLive(path, { contentType: 'application/json', data: JSON.stringify(body) }, onStep);
}

export interface Upload {
  readonly file: File;
  /** Its media type. */
  readonly type: string;
}

/** As `callAdminLive`, with a file as the body, of any length. */
export function uploadToAdmin<Step, Result>(
  path: string,
  { file, type }: Upload,
  onStep: (step: Step) => void,
): Promise<Result> {
  return postLive(path, { contentType: type, data: file, processData: false }, onStep);
}

async function postLive<Step, Result>(
  path: string,
  body: Pick<JQuery.AjaxSettings, 'contentType' | 'data' | 'processData'>,
  onStep: (step: Step) => void,
): Promise<Result> {
  const text = await new Promise<string>((resolve, reject) => {
    let read = 0;
    const progress = (soFar: string): void => {
      const end = soFar.lastIndexOf('\n') + 1;
      for (const line of linesOf<Step, Result>(soFar.slice(read, end))) if (line.step) onStep(line.step);
      read = Math.max(read, end);
    };
    $.ajax({
      url: `email-app/${path}`,
      method: 'POST',
      headers: { 'x-email-app': '1' },
      dataType: 'text',
      ...body,
      xhr() {
        const request = new XMLHttpRequest();
        request.onprogress = () => progress(request.responseText);
        return request;
      },
      success(answer: string) {
        progress(answer);
        resolve(answer);
      },
      error: (request: JQuery.jqXHR) => reject(readRefusal(request.status, parsed(request.responseText))),
    });
  });
  const { result } = linesOf<Step, Result>(text).at(-1) ?? {};
  if (result === undefined) throw readRefusal(0, undefined);
  if (isRefusal(result)) throw readRefusal(200, result);
  return result;
}

interface Line<Step, Result> {
  readonly step?: Step;
  readonly result?: Result;
}

function linesOf<Step, Result>(text: string): Line<Step, Result>[] {
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line<Step, Result>);
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}

/** A file as text, to be shown. Rejects as `callAdmin` does. */
export function readFromAdmin(path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    $.ajax({
      url: `email-app/${path}`,
      headers: { 'x-email-app': '1' },
      dataType: 'text',
      success: resolve,
      error: (request: JQuery.jqXHR) => reject(readRefusal(request.status, parsed(request.responseText))),
    });
  });
}

/** A file for the person to save. Rejects as `callAdmin` does. */
export async function saveFromAdmin(path: string, fallbackName: string): Promise<void> {
  const { file, name } = await new Promise<{ file: Blob; name: string }>((resolve, reject) => {
    $.ajax({
      url: `email-app/${path}`,
      headers: { 'x-email-app': '1' },
      dataType: 'binary',
      xhrFields: { responseType: 'blob' },
      success: (file: Blob, _status, request) =>
        resolve({ file, name: nameIn(request.getResponseHeader('content-disposition')) ?? fallbackName }),
      error: (request: JQuery.jqXHR) => reject(readRefusal(request.status, undefined)),
    });
  });
  const url = URL.createObjectURL(file);
  $('<a>').attr({ href: url, download: name })[0]?.click();
  URL.revokeObjectURL(url);
}

const nameIn = (disposition: string | null) => /filename="([\w.-]+)"/.exec(disposition ?? '')?.[1];

export function isAdminRefusal(error: unknown): error is AdminRefusal {
  return typeof error === 'object' && error !== null && 'status' in error && 'text' in error;
}

function isRefusal(answer: unknown): boolean {
  return typeof answer === 'object' && answer !== null && 'code' in answer && 'text' in answer;
}

function readRefusal(status: number, answer: unknown): AdminRefusal {
  const said = (typeof answer === 'object' && answer !== null ? answer : {}) as Partial<AdminRefusal>;
  return { status, code: said.code ?? '', field: said.field, text: said.text ?? '' };
}
