export function UnbilledExpensesPage() {
  return null;
}
