export function OpeningBalancesPage() {
  return null;
}
