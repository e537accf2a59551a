import { clearAnswer, showAnswer } from './show-answer.ts';

/** Characters of the data URL. */
const longest = 64 * 1024;
const widest = 480;
const highest = 160;
const kept = /^data:image\/(png|jpeg|gif|webp);base64,/;

/** A file picker for a small picture that is saved in the flow as a data URL and shown beside it. */
export function pickPageLogo(node: EditorNode): void {
  const field = $('#node-config-input-pageLogo');
  const file = $('#email-app-logo-file') as JQuery<HTMLInputElement>;
  const image = $('#email-app-logo');
  const answer = $('#email-app-logo-answer');

  $('#email-app-logo-choose').on('click', () => file.trigger('click'));
  $('#email-app-logo-remove').on('click', () => take(''));
  file.on('change', async () => {
    const [chosen] = file[0]?.files ?? [];
    file.val('');
    if (!chosen) return;
    const logo = await smallPicture(chosen).catch(() => undefined);
    if (logo === undefined) showAnswer(answer, 'bad', node._('email-app.logo.unreadable'));
    else if (logo.length > longest) showAnswer(answer, 'bad', node._('email-app.logo.too-large'));
    else take(logo);
  });
  show(String(field.val() ?? ''));

  function take(logo: string): void {
    clearAnswer(answer);
    show(logo);
    field.val(logo).trigger('change');
  }

  function show(logo: string): void {
    const known = kept.test(logo);
    image.toggleClass('email-hidden', !known).attr('src', known ? logo : '');
    $('#email-app-logo-remove').toggleClass('email-hidden', logo === '');
  }
}

/** A small picture stays as it is; a larger one, or one of another kind, is drawn again as a PNG that fits the page. */
async function smallPicture(file: File): Promise<string> {
  const url = await dataUrl(file);
  if (kept.test(url) && url.length <= longest) return url;
  const picture = new Image();
  picture.src = url;
  await picture.decode();
  const scale = Math.min(1, widest / picture.naturalWidth, highest / picture.naturalHeight);
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(picture.naturalWidth * scale));
  canvas.height = Math.max(1, Math.round(picture.naturalHeight * scale));
  canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL('image/png');
}

function dataUrl(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}
