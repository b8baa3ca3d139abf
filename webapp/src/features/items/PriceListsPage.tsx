export function PriceListsPage() {
  return null;
}
