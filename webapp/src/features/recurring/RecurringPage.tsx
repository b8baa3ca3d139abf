export function RecurringPage() {
  return null;
}
