export function PaymentTermsPage() {
  return null;
}
