export function TaxReturnsPage() {
  return null;
}
