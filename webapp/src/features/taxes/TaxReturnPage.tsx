export function TaxReturnPage() {
  return null;
}
