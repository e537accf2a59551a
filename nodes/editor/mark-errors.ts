/**
 * Marks each header whose part of the form holds an invalid field, so that a mistake in a closed section is seen.
 * Node-RED sets the class `input-error` at any time after a change; the observer ends with the dialog's elements.
 */
export function markErrors(form: JQuery, parts: readonly { header: JQuery; body: JQuery }[]): void {
  const mark = () => {
    for (const { header, body } of parts) {
      const wrong = body.find('.input-error').not(body.find('.email-hidden .input-error')).length > 0;
      if (header.hasClass('email-part-error') !== wrong) header.toggleClass('email-part-error', wrong);
    }
  };
  const observer = new MutationObserver(mark);
  for (const element of form.get()) {
    observer.observe(element, { subtree: true, attributes: true, attributeFilter: ['class'] });
  }
  mark();
}
