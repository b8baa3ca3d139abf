export function RecurringTemplatePage() {
  return null;
}
