export function NewRecurringPage() {
  return null;
}
