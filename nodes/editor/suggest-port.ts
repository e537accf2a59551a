const usualPorts: Record<string, string> = { starttls: '587', ssl: '465', none: '25' };

/** Another security means another port, unless the person chose a port of their own. */
export function suggestPort(): void {
  const security = $('#node-config-input-security');
  const port = $('#node-config-input-port');
  let before = security.val();
  security.on('change', () => {
    const chosen = security.val();
    const usual = Object.values(usualPorts).includes(String(port.val()));
    if (chosen !== before && usual) port.val(usualPorts[String(chosen)] ?? '').trigger('change');
    before = chosen;
  });
}
