export interface TooltipRow {
  readonly label: string;
  readonly value: string;
  readonly color?: string;
}

function element(tag: string, className: string, text = ''): HTMLElement {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

/** A tooltip made of elements: text in markup would need inline styles, which the policy refuses. */
export function tooltipElement(title: string, rows: readonly TooltipRow[]): HTMLElement {
  const box = element('div', 'flex flex-col gap-1 text-xs');
  box.append(element('div', 'font-medium', title));
  for (const row of rows) {
    const line = element('div', 'flex items-center gap-2');
    const dot = element('span', 'size-2 shrink-0 rounded-full');
    dot.style.backgroundColor = row.color ?? 'transparent';
    line.append(
      dot,
      element('span', 'grow text-muted', row.label),
      element('span', 'ps-3 tabular-nums', row.value),
    );
    box.append(line);
  }
  return box;
}
