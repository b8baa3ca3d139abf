export function TaxRatesPage() {
  return null;
}
