/** Shows the elements marked `data-when-<name>="a b"` exactly while the select of that name has one of these values; a check box has `true` or `false`. */
export function showWhen(form: JQuery, select: JQuery, name: string): void {
  const show = () => {
    const value = String(select.is(':checkbox') ? select.prop('checked') : select.val());
    form.find(`[data-when-${name}]`).each((_, element) => {
      const wanted = element.getAttribute(`data-when-${name}`) ?? '';
      $(element).toggleClass('email-hidden', !wanted.split(' ').includes(value));
    });
  };
  select.on('change', show);
  show();
}
