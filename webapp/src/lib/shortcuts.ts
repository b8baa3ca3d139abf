/** Keys that do something by themselves. They are off where somebody types, under a dialog, and for who switched them off. */

const OFF = "ledger.shortcuts-off";

export const areShortcutsOn = (): boolean => localStorage.getItem(OFF) === null;

export function switchShortcuts(on: boolean): void {
  if (on) localStorage.removeItem(OFF);
  else localStorage.setItem(OFF, "yes");
}

/** The Latin letter of a key, whatever alphabet the keyboard is set to. */
export function letterOf({ key, code }: KeyboardEvent): string {
  if (/^[\x20-\x7e]$/.test(key)) return key.toLowerCase();
  return /^Key[A-Z]$/.test(code) ? code.slice(3).toLowerCase() : key;
}

/** Was one of these keys pressed, and meant as a shortcut? Without `keys`: any key. */
export function isPlainKey(event: KeyboardEvent, ...keys: string[]): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || event.isComposing) return false;
  if (keys.length && !keys.includes(letterOf(event))) return false;
  return areShortcutsOn() && !isTyping(event.target) && !document.querySelector("[role=dialog][aria-modal=true], [role=menu], [role=listbox]");
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  const isText = target instanceof HTMLInputElement && !["checkbox", "radio", "button"].includes(target.type);
  return target.isContentEditable || isText || ["TEXTAREA", "SELECT"].includes(target.tagName) || target.getAttribute("role") === "combobox";
}
