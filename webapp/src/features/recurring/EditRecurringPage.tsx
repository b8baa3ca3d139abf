export function EditRecurringPage() {
  return null;
}
