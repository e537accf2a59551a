import { sesRegions } from '../lib/setup/regions.ts';
import { callAdmin } from './call-admin.ts';
import { presentValues } from './present-values.ts';
import { clearAnswer, showAnswer } from './show-answer.ts';
import { showWhen } from './show-when.ts';
import { whileBusy } from './while-busy.ts';

interface SetsAnswer {
  sets: string[];
}

const otherRegion = 'other';

/** Prepares the part of the tab "Route" that is for Amazon SES. */
export function openSesRoute(node: EditorNode, form: JQuery): void {
  offerRegions(node);
  offerConfigurationSets(node);
  showWhen(form, $('#node-config-input-awsAuth'), 'aws-auth');
  showUsualRate(node);
}

/** The select writes the field; a region that it does not know is typed into the field itself. */
function offerRegions(node: EditorNode): void {
  const select = $('#email-app-region');
  const field = $('#node-config-input-region');
  const add = (value: string, text: string) => $('<option>').val(value).text(text).appendTo(select);
  add('', node._('email-app.region.choose'));
  for (const { id, name, inbound } of sesRegions) {
    const key = inbound === 'yes' ? 'receives' : 'sends';
    add(id, node._(`email-app.region.${key}`, { name, id }));
  }
  add(otherRegion, node._('email-app.region.other'));

  const saved = String(field.val() ?? '');
  const known = saved === '' || sesRegions.some(({ id }) => id === saved);
  select.val(known ? saved : otherRegion);
  const show = () => {
    const other = select.val() === otherRegion;
    $('#email-app-region-other').toggleClass('email-hidden', !other);
    select.toggleClass('input-error', !other && field.hasClass('input-error'));
    return other;
  };
  select.on('change', () => {
    const other = select.val() === otherRegion;
    field.val(other ? '' : String(select.val())).trigger('change');
    if (show()) field.trigger('focus');
  });
  $('#node-config-input-route').on('change', show);
  show();
}

/** SES says itself how fast it may be. */
function showUsualRate(node: EditorNode): void {
  const route = $('#node-config-input-route');
  const show = () => {
    const usual = route.val() === 'ses' ? node._('email-app.placeholder.rate-by-ses') : '10';
    $('#node-config-input-rate').attr('placeholder', usual);
  };
  route.on('change', show);
  show();
}

/** "Load" lists the configuration sets of the account; one that is chosen is written into the field. */
function offerConfigurationSets(node: EditorNode): void {
  const button = $('#email-app-sets-load');
  const answer = $('#email-app-sets-answer');
  const select = $('#email-app-sets');
  const field = $('#node-config-input-configurationSet');
  button.on('click', () =>
    whileBusy({ node, buttons: button, answer }, async () => {
      showAnswer(answer, 'busy', node._('email-app.sets.loading'));
      const { sets } = await callAdmin<SetsAnswer>('POST', 'ses/configuration-sets', presentValues(node));
      list(sets);
    }),
  );
  select.on('change', () => field.val(String(select.val())).trigger('change'));

  function list(sets: readonly string[]): void {
    clearAnswer(answer);
    $('#email-app-sets-row').toggleClass('email-hidden', sets.length === 0);
    if (sets.length === 0) showAnswer(answer, 'note', node._('email-app.sets.none'));
    const options = ['', ...sets].map((name) =>
      $('<option>')
        .val(name)
        .text(name || node._('email-app.sets.no-set')),
    );
    select.empty().append(options).val(String(field.val()));
  }
}
