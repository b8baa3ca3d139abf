export function CurrenciesPage() {
  return null;
}
