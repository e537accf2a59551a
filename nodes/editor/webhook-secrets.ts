const bytesOfSecret = 32;

/** "Generate" beside each secret: it goes into the password field, and is shown here once, to be copied. */
export function offerSecrets(node: EditorNode): void {
  const shown = $('#webhook-out-generated');
  $('.webhook-out-generate').on('click', (event) => {
    const secret = newSecret();
    $(`#node-input-${event.currentTarget.dataset.for}`).val(secret).trigger('change');
    $('#webhook-out-new-secret').text(secret);
    $(event.currentTarget).closest('.form-row').after(shown.removeClass('email-hidden'));
    $('#webhook-out-generated .email-copy').trigger('focus');
  });
  // One that was typed over is not the one shown.
  $('#node-input-secret, #node-input-previousSecret').on('input', () => shown.addClass('email-hidden'));
  shown.attr('aria-label', node._('webhook-out.note.generated'));
}

/** As Standard Webhooks writes one. */
function newSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(bytesOfSecret));
  return `whsec_${btoa(String.fromCharCode(...bytes))}`;
}
